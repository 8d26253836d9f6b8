"""A real house on either database, a real browser, and phones in it."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser import ready_browser
from tests.journeys.house import LiveHouse
from tests.journeys.phones import Phone, make_phone

TakePhone = Callable[..., Awaitable[Phone]]


@pytest_asyncio.fixture(scope='module', loop_scope='module')
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=ready_browser(os.environ), args=['--no-sandbox'])
        yield started
        await started.close()


@pytest.fixture(params=['sqlite', 'postgres'])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, empty_sqlite: Path) -> str:
    """The address of a new store; each test that asks for it runs on both databases."""
    if request.param == 'sqlite':
        shutil.copy(empty_sqlite, tmp_path / 'lvbi.db')
        return f'sqlite:///{tmp_path}/lvbi.db'
    found: str = request.getfixturevalue('postgres_url')
    return found


@pytest_asyncio.fixture(loop_scope='module')
async def live_house(database_url: str, tmp_path: Path) -> AsyncIterator[LiveHouse]:
    """A house that is open."""
    house = LiveHouse(database_url, tmp_path)
    await house.start()
    yield house
    await house.stop()


@pytest_asyncio.fixture(loop_scope='module')
async def take_phone(browser: Browser, live_house: LiveHouse) -> AsyncIterator[TakePhone]:
    """Gives phones with the chat open; in the end no console may have complained, unless `poor` says that it will."""
    taken: list[tuple[Phone, bool]] = []

    async def take(
        link: str = '', locale: str = 'zh-CN', before: str = '', poor: bool = False, **options: object
    ) -> Phone:
        phone = await make_phone(browser, live_house, locale, before, **options)
        taken.append((phone, poor))
        await phone.open(link)
        return phone

    yield take
    for phone, _poor in taken:
        await phone.page.context.close()
    assert [line for phone, poor in taken if not poor for line in phone.complaints] == []
