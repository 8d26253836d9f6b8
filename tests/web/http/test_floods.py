"""Far too much at once: nothing is kept, the page is told when to come again, and nothing it holds is lost."""

from dataclasses import replace

import httpx2
import pytest
from sqlalchemy import func, select

from bot.handlers import make_answering
from bot.intake import Intake
from civic.city import City
from storage.store import Store
from storage.tables import conversations, inbox, residents
from tests.clock import FakeClock
from tests.web.http.browsers import HOST, Browser, photo
from tests.web.http.conftest import MakeBrowser
from web import newcomers
from web.app import make_app
from web.house import WebHouse


@pytest.fixture
async def hasty(web_house: WebHouse, city: City) -> Browser:
    """A browser of a house that answers two updates a minute of one chat."""
    intake = Intake(web_house.store, city, make_answering(), flood_limit=2)
    app = make_app(replace(web_house, intake=intake))
    browser = Browser(httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOST))
    await browser.open()
    return browser


async def count(store: Store, column: object) -> int:
    async with store.read() as tx:
        return int((await tx.execute(select(func.count(column)))).scalar_one())  # type: ignore[arg-type]


async def test_far_over_the_limit_nothing_is_kept_and_the_same_number_is_heard_later(
    hasty: Browser, store: Store, clock: FakeClock
) -> None:
    for _ in range(10):
        assert (await hasty.sends(message={'text': '/help'})).status_code == 200
    clock.tick(seconds=20)
    late = {'tab': hasty.tab, 'seq': 11, 'message': {'text': '河水发黑发臭，三天了'}}
    for _ in range(3):
        answer = await hasty.post(late)
        assert answer.status_code == 429
        assert answer.json()['parameters'] == {'retry_after': 40}
        assert '40 秒' in answer.json()['description']
    assert await count(store, inbox.c.id) == 10
    clock.tick(seconds=40)
    assert (await hasty.post(late)).status_code == 200
    assert any(frame['params'].get('seq') == 11 for frame in await hasty.frames())
    assert await count(store, inbox.c.id) == 11


async def test_one_address_opens_only_so_many_chats_by_words_and_photos_together(
    make_browser: MakeBrowser, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, 'MOST_AN_HOUR', 3)
    browsers = [make_browser() for _ in range(5)]
    for browser in browsers:
        await browser.open()
    for browser in browsers[:2]:
        assert (await browser.sends(message={'text': '/help'})).status_code == 200
    assert (await browsers[2].uploads(photo())).status_code == 200
    words, picture = await browsers[3].sends(message={'text': '/help'}), await browsers[4].uploads(photo())
    for answer in (words, picture):
        assert (answer.status_code, answer.json()['parameters']) == (429, {'retry_after': 3600})
        assert '一小时' in answer.json()['description']
    assert (await count(store, conversations.c.id), await count(store, residents.c.id)) == (3, 3)
    assert (await browsers[0].sends(message={'text': '/help'})).status_code == 200
    elsewhere = make_browser(client='10.9.9.9')
    await elsewhere.open()
    assert (await elsewhere.sends(message={'text': '/help'})).status_code == 200
    clock.tick(minutes=61)
    browsers[3].seq = 0
    assert (await browsers[3].sends(message={'text': '/help'})).status_code == 200
