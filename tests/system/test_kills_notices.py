"""A notice is said once or, when the process died while it was being said, shown to be uncertain; never doubled."""

from collections import Counter

import pytest

from tests.botapi import BotApi
from tests.botapi.users import User
from tests.system import ledger, scenes
from tests.system.conftest import House, Rows, Start, TimePasses
from tests.system.test_kills import KILLED


async def claims(start: Start, wang: User, li: User) -> None:
    """Mrs Wang complains, Mr Li takes it up: the first notice that ever goes out is the one to her."""
    number = await scenes.files(wang)
    await scenes.takes_office(start, li)
    await scenes.opens(li, number)
    li.tap('✋ 受理')


def told_of_it(api: BotApi, wang: User) -> int:
    """How often she was told that somebody took her report up."""
    return sum(n for text, n in ledger.told(api, wang).items() if ledger.TAKEN_UP in text)


@pytest.mark.parametrize(
    ('point', 'told', 'ended'),
    [('after_claim', 1, 'said'), ('after_calling', 0, 'ambiguous'), ('after_answer', 1, 'ambiguous')],
)
async def test_a_notice_that_the_process_died_over_is_never_doubled(
    api: BotApi, start: Start, house: House, rows: Rows, time_passes: TimePasses, point: str, told: int, ended: str
) -> None:
    wang, li = api.user(7), api.user(8, name='李芳')
    async with house(LVBI_FAULT=point) as dying:
        await claims(start, wang, li)
        assert await dying.dies() == KILLED
    await time_passes()
    async with house() as lasting:
        await ledger.quiet(rows)
        assert await lasting.stops() == 0
    assert told_of_it(api, wang) == told
    assert await ledger.notices(rows) == Counter([ended])
    assert await rows("SELECT count(*) FROM report_events WHERE move = 'claim'") == [(1,)]
    await ledger.heard_once(api, rows)
    ledger.said_at_most_twice(api, li)


@pytest.mark.parametrize('point', ['before_commit', 'after_commit'])
async def test_a_claim_that_the_process_died_over_is_told_of_once(
    api: BotApi, start: Start, house: House, rows: Rows, time_passes: TimePasses, point: str
) -> None:
    wang, li = api.user(7), api.user(8, name='李芳')
    async with house() as lasting:
        number = await scenes.files(wang)
        await scenes.takes_office(start, li)
        await scenes.opens(li, number)
        assert await lasting.stops() == 0
    li.tap('✋ 受理')
    async with house(LVBI_FAULT=point) as dying:
        assert await dying.dies() == KILLED
    await time_passes()
    async with house() as lasting:
        await wang.sees(ledger.TAKEN_UP, within=scenes.WITHIN)
        await ledger.quiet(rows)
        assert await lasting.stops() == 0
    assert told_of_it(api, wang) == 1
    assert await ledger.notices(rows) == Counter(said=1)
    await ledger.heard_once(api, rows)
    ledger.said_at_most_twice(api, li)
