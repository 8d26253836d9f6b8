"""A phone with the chat page open, in front of a stub of the house."""

import io
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, async_playwright, expect

from tests.browser import ready_browser
from tests.chat_page_stub import House, echo, serve

SCREEN = {'width': 390, 'height': 844}
PHONE = {'viewport': SCREEN, 'is_mobile': True, 'has_touch': True, 'timezone_id': 'Asia/Shanghai'}
HERE = {'latitude': 30.0012, 'longitude': 120.5834, 'accuracy': 12}
WECHAT = (
    'Mozilla/5.0 (Linux; Android 10; V1938CT Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Version/4.0 Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK/20220903 Mobile Safari/537.36 MicroMessenger/8.0.28.2240 '
    'WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64'
)
expect.set_options(timeout=20_000)


@dataclass
class Phone:
    """One page in one browser context, the house it talks to, and what its console complained about."""

    page: Page
    house: House
    address: str
    complaints: list[str]

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def bubbles(self) -> Locator:
        return self.page.locator('#log .turn')

    async def open(self, query: str = '') -> None:
        await self.page.goto(f'{self.address}/chat{query}')
        await expect(self.page.locator('#language')).to_have_text(re.compile('中|EN'))

    async def say(self, text: str) -> None:
        await self.page.fill('#text', text)
        await self.page.press('#text', 'Enter')

    async def choose(self, *photos: bytes) -> None:
        await self.page.set_input_files('#pick-photos', [picked(one) for one in photos])

    async def shows(self, *texts: str) -> None:
        """The conversation is exactly these texts, in this order."""
        await expect(self.page.locator('#log .text')).to_have_text(list(texts))

    async def tap(self, name: str) -> None:
        await self.page.get_by_role('button', name=name, exact=True).click()


def picked(body: bytes, kind: str = 'image/png') -> FilePayload:
    return {'name': 'photo.png', 'mimeType': kind, 'buffer': body}


def photo(colour: str = 'grey') -> bytes:
    file = io.BytesIO()
    Image.new('RGB', (64, 48), colour).save(file, 'PNG')
    return file.getvalue()


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=ready_browser(os.environ), args=['--no-sandbox'])
        yield started
        await started.close()


PhoneMaker = Callable[..., Awaitable[Phone]]


@pytest_asyncio.fixture(loop_scope='module')
async def make_phone(browser: Browser) -> AsyncIterator[PhoneMaker]:
    """Opens phones; options are Playwright's for a browser context, and script= for what the bot answers."""
    contexts: list[BrowserContext] = []
    servers: list[Any] = []

    async def make(script: Any = echo, locale: str = 'zh-CN', before: str = '', **options: Any) -> Phone:
        house = House(script)
        house.say_hello(locale='en' if locale.startswith('en') else 'zh')
        servers.append(serve(house.app()))
        address = await servers[-1].__aenter__()
        contexts.append(await browser.new_context(**{**PHONE, 'locale': locale, **options}))
        if before:
            await contexts[-1].add_init_script(before)
        return await open_page(contexts[-1], house, address)

    yield make
    for context in contexts:
        await context.close()
    for server in servers:
        await server.__aexit__(None, None, None)


async def open_page(context: BrowserContext, house: House, address: str) -> Phone:
    phone = Phone(await context.new_page(), house, address, [])
    phone.page.on('pageerror', lambda error: phone.complaints.append(str(error)))
    phone.page.on('console', lambda line: phone.complaints.append(line.text) if line.type == 'error' else None)
    return phone


@pytest_asyncio.fixture(loop_scope='module')
async def phone(make_phone: PhoneMaker) -> AsyncIterator[Phone]:
    """An open chat in Chinese; nothing may have been written to its console in the end."""
    made = await make_phone()
    await made.open()
    yield made
    assert made.complaints == []
