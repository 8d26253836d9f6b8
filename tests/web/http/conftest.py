"""The real web side over real stores; browsers talk with it in this process, sockets over a real server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from bot.channels.web import WebChannel
from bot.intake import Intake
from civic import staff
from civic.city import City
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.store import Store
from tests.postgres import Postgres
from tests.web.http.browsers import HOST, Browser
from web.app import make_app
from web.house import WebHouse

MakeBrowser = Callable[..., Browser]


@pytest.fixture
async def web_house(store: Store, intake: Intake, city: City, media: MediaStore) -> AsyncIterator[WebHouse]:
    pictures = PictureRoom()
    yield WebHouse(store, intake, WebChannel(), city, media, pictures, b'k' * 32, None, '', '')
    pictures.close()


@pytest.fixture
def app(web_house: WebHouse) -> Starlette:
    return make_app(web_house)


@pytest.fixture
async def make_browser(app: Starlette) -> AsyncIterator[MakeBrowser]:
    """Opens browsers; `base` is the address of a real server, `client` the network address they come from."""
    clients: list[httpx2.AsyncClient] = []

    def make(language: str = 'zh-CN', base: str = '', client: str = '10.0.0.1', tab: str = 'tab00001') -> Browser:
        transport = None if base else httpx2.ASGITransport(app, client=(client, 5000))
        made = httpx2.AsyncClient(
            transport=transport, base_url=base or HOST, headers={'Accept-Language': language, 'Accept': '*/*'}
        )
        clients.append(made)
        return Browser(made, tab)

    yield make
    for one in clients:
        await one.aclose()


@pytest.fixture
async def browser_page(make_browser: MakeBrowser) -> Browser:
    """A browser in which the chat was opened."""
    browser = make_browser()
    await browser.open()
    return browser


MakeOfficer = Callable[[str, str], Awaitable[Browser]]


@pytest.fixture
def make_officer(make_browser: MakeBrowser, store: Store, city: City) -> MakeOfficer:
    """Opens the browser of somebody who has signed in as staff: role, unit code."""

    async def make(role: str, unit: str) -> Browser:
        async with store.begin() as tx:
            _id, code = await staff.add_staff(tx, city, f'{role} {unit}', role, unit)
        browser = make_browser()
        await browser.open()
        assert '工作台' in await browser.says(f'/start {code}')
        return browser

    return make


@pytest.fixture
async def gone(request: pytest.FixtureRequest, web_house: WebHouse, tmp_path: Path) -> Store:
    """The store, after its database went away."""
    store = web_house.store
    if isinstance(store, SqliteStore):
        await store.close()
        (tmp_path / 'lvbi.db').unlink()
        (tmp_path / 'lvbi.db').mkdir()
    if isinstance(store, PostgresStore):
        server: Postgres = request.getfixturevalue('postgres')
        server.drop(store.url.rsplit('/', 1)[1].split('?')[0])
    return store
