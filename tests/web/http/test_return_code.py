"""Coming back: a one-time code moves a chat to another browser."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update

from civic import codes, staff
from civic.city import City
from jobs.house import JobHouse
from jobs.return_codes import hide_codes
from storage.store import Store
from storage.tables import codes as code_rows
from storage.tables import conversations, inbox, residents, tries
from tests.clock import FakeClock
from tests.web.http.browsers import Browser
from tests.web.http.conftest import MakeBrowser
from web.house import WebHouse


@pytest.fixture
def job_house(web_house: WebHouse) -> JobHouse:
    """The jobs of the same house."""
    channels = {('web', 0): web_house.channel}
    return JobHouse(
        web_house.store, web_house.intake, web_house.city, web_house.media, channels, 'here', web_house.pictures, {}
    )


async def code_of(browser: Browser) -> str:
    """Ask for a return code, as by the button in the settings."""
    found = re.search(r'[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}', await browser.taps('1:return'))
    assert found
    return found[0]


async def test_a_code_brings_the_chat_here_and_signs_the_other_browser_out(
    browser_page: Browser, make_browser: MakeBrowser
) -> None:
    code = await code_of(browser_page)
    before = await browser_page.frames()
    fresh = make_browser(tab='tab00002')
    answer = await fresh.returns(code.lower().replace('-', ' '))
    assert (answer.status_code, answer.json()) == (200, {'ok': True})
    assert 'httponly' in answer.headers['set-cookie'].lower()
    assert (await fresh.frames())[0] == before[0]
    assert '/settings' in await fresh.says('/help')
    old = await browser_page.sends(message={'text': '还在吗'})
    assert old.status_code == 401
    assert (await browser_page.client.get('/chat/frames?after=0')).status_code == 401
    await browser_page.open()
    assert await browser_page.frames() == []


async def test_a_code_works_once(browser_page: Browser, make_browser: MakeBrowser) -> None:
    code = await code_of(browser_page)
    one, other = make_browser('en'), make_browser('en')
    assert (await one.returns(code)).status_code == 200
    answer = await other.returns(code)
    assert answer.status_code == 403
    assert answer.json()['description'].startswith('This code is wrong, or it was used already.')
    assert 'set-cookie' not in answer.headers


async def test_wrong_codes_are_counted_by_address_and_then_even_the_right_one_waits(
    browser_page: Browser, make_browser: MakeBrowser, clock: FakeClock
) -> None:
    code = await code_of(browser_page)
    guessers = [make_browser(client='10.3.3.3') for _ in range(codes.MOST_BY_NETWORK)]
    assert {(await one.returns('AAAA-BBBB-CCCC')).status_code for one in guessers} == {403}
    late = make_browser(client='10.3.3.3')
    answer = await late.returns(code)
    assert (answer.status_code, '一小时' in answer.json()['description']) == (429, True)
    assert answer.json()['parameters'] == {'retry_after': 3600}
    assert (await make_browser(client='10.4.4.4').returns('AAAA-BBBB-CCCC')).status_code == 403
    clock.tick(minutes=61)
    assert (await late.returns(code)).status_code == 200


async def test_wrong_codes_are_counted_by_chat_too_however_many_come_at_once(make_browser: MakeBrowser) -> None:
    addresses = [make_browser(client=f'10.5.5.{number}') for number in range(12)]
    await addresses[0].open()
    for other in addresses[1:]:
        other.client.cookies.set('lvbi_chat', addresses[0].cookie(), domain='chat.test', path='/')
    answers = await asyncio.gather(*(one.returns('AAAA-BBBB-CCCC') for one in addresses))
    assert sorted(answer.status_code for answer in answers) == [403] * 5 + [429] * 7


async def test_wrong_sign_in_codes_are_counted_by_address_which_is_nowhere_in_plain(
    make_browser: MakeBrowser, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, 'MOST_BY_NETWORK', 3)
    said = []
    for client in ('10.3.3.3', '10.3.3.3', '10.3.3.3', '10.3.3.3', '10.4.4.4'):
        browser = make_browser(client=client)
        await browser.open()
        said.append('一小时' in await browser.says('/start AAAA-BBBB-CCCC'))
    assert said == [False, False, False, True, False]
    async with store.read() as tx:
        kept = str((await tx.execute(select(tries))).all()) + str((await tx.execute(select(inbox))).all())
    assert 'network ' in kept
    assert '10.3.3.3' not in kept


@pytest.mark.parametrize('body', [{}, {'code': 5}, {'code': 'x' * 65}, {'code': 'A', 'chat_id': 1}])
async def test_what_is_no_code_is_refused(make_browser: MakeBrowser, body: object) -> None:
    browser = make_browser()
    answer = await browser.client.post('/chat/return', json=body)
    assert answer.status_code == 400
    foreign = await browser.client.post('/chat/return', json=body, headers={'Origin': 'https://evil.example'})
    assert foreign.status_code == 403
    assert (await browser.client.post('/chat/return', content=b' ' * 2000)).status_code == 415


async def test_a_code_of_another_platforms_chat_does_not_open_it_here_and_stays_good(
    make_browser: MakeBrowser, store: Store, clock: FakeClock
) -> None:
    async with store.begin() as tx:
        person = {'locale': 'zh', 'created_at': clock.now}
        resident = (await tx.execute(insert(residents).returning(residents.c.id), person)).scalar_one()
        chat = {'channel': 'telegram', 'bot': 1, 'chat_id': 7, 'resident_id': resident, 'data': {}}
        chat |= {'flood_since': clock.now, 'heard_at': clock.now}
        chat_id = (await tx.execute(insert(conversations).returning(conversations.c.id), chat)).scalar_one()
        code = await codes.issue(tx, 'return', conversation_id=chat_id)
    assert (await make_browser().returns(code)).status_code == 403
    async with store.read() as tx:
        assert (await tx.execute(select(code_rows.c.used_at))).scalar_one() is None


async def test_coming_back_waits_for_a_turn_of_the_chat_and_both_go_well(
    browser_page: Browser, make_browser: MakeBrowser, store: Store
) -> None:
    """A turn holds the chat and then changes its codes; the way back must take them in the same order."""
    if store.dialect == 'sqlite':
        return  # there the gate lets in one transaction at a time
    code = await code_of(browser_page)
    async with store.begin() as tx:
        await tx.execute(select(conversations.c.id).with_for_update())
        coming = asyncio.get_running_loop().create_task(make_browser().returns(code))
        while not (await tx.execute(text('SELECT 1 FROM pg_locks WHERE NOT granted'))).all():
            assert not coming.done()
        await tx.execute(update(code_rows).values(expires_at=code_rows.c.expires_at))
    assert (await coming).status_code == 200


async def test_a_code_lapses_after_three_months(
    browser_page: Browser, make_browser: MakeBrowser, clock: FakeClock
) -> None:
    code = await code_of(browser_page)
    assert '90 天' in await browser_page.words()
    clock.now += timedelta(days=91)
    assert (await make_browser().returns(code)).status_code == 403


async def test_a_code_to_the_chat_of_an_officer_lapses_after_a_day_though_he_signed_in_later(
    browser_page: Browser, make_browser: MakeBrowser, store: Store, city: City, clock: FakeClock
) -> None:
    code = await code_of(browser_page)
    async with store.begin() as tx:
        _id, sign_in = await staff.add_staff(tx, city, 'Wang', 'grid', '330602001')
    await browser_page.says(f'/start {sign_in}')
    clock.tick(hours=25)
    assert (await make_browser().returns(code)).status_code == 403
    fresh = await code_of(browser_page)
    assert '24 小时' in await browser_page.words()
    clock.tick(hours=23)
    assert (await make_browser().returns(fresh)).status_code == 200


async def test_a_code_that_was_used_stands_in_the_chat_no_more(
    browser_page: Browser, make_browser: MakeBrowser
) -> None:
    code = await code_of(browser_page)
    fresh = make_browser()
    await fresh.returns(code)
    frames = await fresh.frames()
    assert code not in str(frames)
    said = next(frame for frame in frames if codes.HIDDEN in str(frame['params']))
    assert frames[-1]['method'] == 'editMessageText'
    assert frames[-1]['params'] == said['params'] | {'message_id': said['id']}


async def test_a_code_is_taken_out_of_the_chat_after_an_hour_and_is_still_good(
    browser_page: Browser, make_browser: MakeBrowser, job_house: JobHouse, clock: FakeClock
) -> None:
    code = await code_of(browser_page)
    assert '一小时' in await browser_page.words()
    clock.tick(minutes=59)
    assert await hide_codes(job_house) == 0
    assert code in str(await browser_page.frames())
    last = (await browser_page.frames())[-1]['id']
    clock.tick(minutes=1)
    assert (await hide_codes(job_house), await hide_codes(job_house)) == (1, 0)
    assert code not in str(await browser_page.frames())
    edit = (await browser_page.frames(after=last))[0]
    assert (edit['method'], codes.HIDDEN in edit['params']['text']) == ('editMessageText', True)
    assert (await make_browser().returns(code)).status_code == 200
