"""Two processes on one PostgreSQL are one house: each thing once, and what one person says in order."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.content import pack
from civic import staff
from lvbi.clock import SystemClock
from storage.postgres import PostgresStore
from tests.botapi import BotApi
from tests.botapi.users import User
from tests.system import ledger, scenes
from tests.system.balancer import Balancer, balancing
from tests.system.conftest import Rows, Start
from tests.system.warm import Process

pytestmark = pytest.mark.parametrize('database', ['postgres'], indirect=True)


@pytest.fixture
async def balancer() -> AsyncIterator[Balancer]:
    """What stands before both."""
    async with balancing() as found:
        yield found


@pytest.fixture
async def both(api: BotApi, start: Start, balancer: Balancer) -> AsyncIterator[list[Process]]:
    """Two `lvbi serve` behind one webhook, and one `lvbi jobs`."""
    told = {'LVBI_TELEGRAM_WEBHOOK_URL': balancer.url, 'LVBI_FLOOD_PER_MINUTE': '1000'}
    async with AsyncExitStack() as stack:
        for _ in range(2):
            serve = await stack.enter_async_context(start('serve', **told))
            balancer.ports.append(port_in(await serve.says('/chat')))
        await stack.enter_async_context(start('jobs'))
        await api.until(2, 'setWebhook', within=scenes.WITHIN)
        yield []


def port_in(line: str) -> int:
    """The port of the address that a process prints."""
    [port] = re.findall(r':(\d+)/', line)
    return int(port)


async def sign_in(database: str, people: list[User]) -> None:
    """Make all of them grid officers of one street."""
    store = PostgresStore(database, clock=SystemClock())
    async with store.begin() as tx:
        city = pack.load('shaoxing')
        codes = [(await staff.add_staff(tx, city, '李芳', 'grid', scenes.TASHAN))[1] for _ in people]
    await store.close()
    for person, code in zip(people, codes, strict=True):
        person.text(f'/start {code}')
    for person in people:
        await person.sees('李芳，您好', within=scenes.WITHIN)


async def test_an_update_that_both_get_at_the_same_moment_is_heard_once(
    api: BotApi, both: list[Process], balancer: Balancer, rows: Rows
) -> None:
    balancer.to_all = True
    wang = api.user(7)
    number = await scenes.files(wang)
    await ledger.quiet(rows)
    assert await rows('SELECT count(*) FROM reports') == [(1,)]
    assert number in wang.phone
    await ledger.heard_once(api, rows)
    ledger.said_at_most_twice(api, wang)


AT_ONCE = 32  # below what two processes say to one chat before its pace keeps answers back for the sweep


async def test_what_one_person_sends_to_both_in_turn_stays_in_order(
    api: BotApi, both: list[Process], balancer: Balancer, rows: Rows
) -> None:
    wang = api.user(7)
    with api.held():
        for number in range(AT_ONCE):
            wang.text(f'/start {number}' if number % 2 else '/settings')
    await ledger.settled(api, rows)
    kept = [int(key) for (key,) in await rows('SELECT key FROM inbox ORDER BY id')]
    assert kept == sorted(kept)
    said = [scenes.SETTINGS in str(call.params.get('reply_markup')) for call in api.sent(chat=7)[1:]]
    assert said == [number % 2 == 0 for number in range(AT_ONCE)]


async def test_of_twenty_who_tap_at_once_one_takes_the_case_and_the_others_are_told_politely(
    api: BotApi, both: list[Process], rows: Rows, database: str
) -> None:
    wang, officers = api.user(7), [api.user(number, name='李芳') for number in range(100, 120)]
    await sign_in(database, officers)
    number = await scenes.files(wang)
    for officer in officers:
        await scenes.opens(officer, number)
    with api.held():
        for officer in officers:
            officer.tap('✋ 受理')
    await wang.sees(ledger.TAKEN_UP, within=scenes.WITHIN)
    await ledger.settled(api, rows)
    assert (
        sum('刚刚有人改动了这件事' in officer.phone or '现在不能这样做了' in officer.phone for officer in officers)
        == 19
    )
    assert await rows("SELECT count(*) FROM report_events WHERE move = 'claim'") == [(1,)]
    assert sum(ledger.told(api, wang)[text] for text in ledger.told(api, wang) if ledger.TAKEN_UP in text) == 1
    await ledger.heard_once(api, rows)


async def test_when_the_one_that_polls_is_killed_the_other_goes_on_within_seconds(
    api: BotApi, start: Start, rows: Rows
) -> None:
    wang = api.user(7)
    async with start('serve') as one, start('serve') as two:
        await one.says('Lvbi is open')
        await two.says('Lvbi is open')
        wang.text('/help')
        await wang.sees('119', within=scenes.WITHIN)
        [(holder,)] = await rows("SELECT holder FROM leases WHERE name LIKE 'telegram:%'")
        polling, other = (one, two) if f':{one.process.pid}:' in holder else (two, one)
        polling.kill()
        wang.text('/settings')
        await wang.sees(scenes.SETTINGS, within=15)
        assert await other.stops() == 0
    await ledger.heard_once(api, rows)
    assert max(ledger.told(api, wang).values()) == 1


async def test_two_that_do_the_jobs_say_each_notice_once(
    api: BotApi, start: Start, rows: Rows, database: str, balancer: Balancer
) -> None:
    people, officers = [api.user(number) for number in range(7, 13)], [api.user(100), api.user(101)]
    async with start('serve', LVBI_TELEGRAM_WEBHOOK_URL=balancer.url) as serve:
        balancer.ports = [port_in(await serve.says('/chat'))]
        await api.until(1, 'setWebhook', within=scenes.WITHIN)
        await sign_in(database, officers)
        for person in people:
            await scenes.files(person)
        async with start('jobs') as one, start('jobs') as two:
            await one.says('jobs')
            await two.says('jobs')
            await ledger.quiet(rows)
            assert await one.stops() == await two.stops() == 0
    for officer in officers:
        told = [text for text, n in ledger.told(api, officer).items() if '新的反映' in text for _ in range(n)]
        assert len(told) == len(set(told)) == len(people)
    assert await ledger.notices(rows) == Counter(said=len(people) * len(officers))
