"""Phones in people's hands: pages in a real Chromium, and what their screens and consoles say."""

import re
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from bot.content.language import _, speaking
from tests.journeys.house import LiveHouse

SCREEN = {'width': 390, 'height': 844}
PHONE = {'viewport': SCREEN, 'is_mobile': True, 'has_touch': True, 'timezone_id': 'Asia/Shanghai'}
HERE = {'latitude': 30.0005, 'longitude': 120.582, 'accuracy': 12}
AT = {'geolocation': HERE, 'permissions': ['geolocation']}
WECHAT = (
    'Mozilla/5.0 (Linux; Android 10; V1938CT Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Version/4.0 Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK/20220903 Mobile Safari/537.36 MicroMessenger/8.0.28.2240 '
    'WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64'
)
WITHIN = 20_000  # milliseconds


@dataclass
class Phone:
    """One page in one browser context; `complaints` is what its console complained about."""

    house: LiveHouse
    page: Page
    locale: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, query: str = '') -> None:
        """Open the chat, or the link that somebody was given; a code in it is used by a tap."""
        await self.page.goto(query if query.startswith('http') else f'{self.house.address}/chat{query}')
        await expect(self.page.locator('#language')).to_have_text(re.compile('中|EN'))
        if 'code=' in query:
            await self.page.get_by_role('button', name=re.compile('使用登录码|Use this code')).click()

    def said(self, words: str) -> str:
        """The bot's words in the language of this phone; they are given in English, as bot.content has them."""
        with speaking('en' if self.locale.startswith('en') else 'zh'):
            return _(words)

    def button(self, name: str) -> Locator:
        """The newest button of that name."""
        return self.page.get_by_role('button', name=self.said(name), exact=True).last

    async def tap(self, *names: str) -> None:
        """Tap buttons one after the other, each once it is there and can be tapped."""
        for name in names:
            await self.button(name).click(timeout=WITHIN)

    async def says(self, text: str) -> None:
        """Write something and send it."""
        await self.page.fill('#text', text)
        await self.page.press('#text', 'Enter')

    async def shows(self, *photos: bytes, words: str = '') -> None:
        """Choose photos, wait until they are up, and send them."""
        await self.chooses(*photos)
        await expect(self.page.locator('#tray [data-state=ready]')).to_have_count(len(photos), timeout=WITHIN)
        await self.says(words) if words else await self.tap_send()

    async def chooses(self, *photos: bytes) -> None:
        """Choose photos, without sending them yet."""
        files: list[FilePayload] = [{'name': 'photo.jpg', 'mimeType': 'image/jpeg', 'buffer': one} for one in photos]
        await self.page.set_input_files('#pick-photos', files)

    async def tap_send(self) -> None:
        await self.page.locator('#send').click()

    async def reads(self, *texts: str) -> None:
        """Wait until the newest message that holds each of these is on the screen."""
        for text in texts:
            await expect(self.bubble(self.said(text))).to_be_visible(timeout=WITHIN)

    def bubble(self, text: str) -> Locator:
        """The newest message that holds this."""
        return self.page.locator('#log .bubble').filter(has_text=text).last

    async def everything(self) -> list[str]:
        """All texts of the conversation, in order."""
        return await self.page.locator('#log .text').all_inner_texts()

    async def is_accessible(self) -> None:
        """Axe finds nothing to complain about on the screen as it is."""
        found = await Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


async def make_phone(browser: Browser, house: LiveHouse, locale: str, before: str, **options: Any) -> Phone:
    """Take a fresh phone into the hand; `before` is a script that changes what its browser can do."""
    context = await browser.new_context(**{**PHONE, 'locale': locale, **options})
    if before:
        await context.add_init_script(before)
    return listen(Phone(house, await context.new_page(), locale))


def listen(phone: Phone) -> Phone:
    """Write down what the console complains about."""
    phone.page.on('pageerror', lambda error: phone.complaints.append(str(error)))
    phone.page.on('console', lambda line: phone.complaints.append(line.text) if line.type in LOUD else None)
    return phone


LOUD = ('error', 'warning')
