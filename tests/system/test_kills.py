"""Whatever moment the process is killed at: no update is lost, no report is doubled, a reply comes twice at most."""

from collections import Counter

import pytest

from tests.botapi import BotApi
from tests.botapi.users import User
from tests.system.conftest import Rows, Start
from tests.system.warm import Process

KILLED = -9


async def ready(house: Process) -> None:
    """Wait until it hears."""
    await house.says('Lvbi is open')


def told(api: BotApi, user: User) -> Counter[str]:
    """How often each text was sent to somebody."""
    return Counter(call.params['text'] for call in api.sent(chat=user.chat.id) if 'text' in call.params)


@pytest.mark.parametrize('point', ['before_commit', 'after_commit', 'before_said'])
async def test_a_question_is_answered_though_the_process_dies_over_it(
    api: BotApi, start: Start, rows: Rows, point: str
) -> None:
    wang = api.user(7)
    async with start(LVBI_FAULT=point) as house:
        await ready(house)
        wang.text('/help')
        assert await house.dies() == KILLED
    async with start() as house:
        await ready(house)
        await wang.sees('119', within=20)
        assert await house.stops() == 0
    assert max(told(api, wang).values()) <= 2
    assert await rows('SELECT count(*) FROM inbox') == [(1,)]
    assert await rows('SELECT count(*) FROM residents') == [(1,)]


async def test_an_album_that_was_cut_through_is_one_report(api: BotApi, start: Start, rows: Rows) -> None:
    wang = api.user(7)
    async with start(LVBI_FAULT='after_commit:3') as house:
        await ready(house)
        wang.text('/start')
        await wang.sees('您好')
        wang.album([b'\xff\xd8\xff one', b'\xff\xd8\xff two', b'\xff\xd8\xff three'])
        assert await house.dies() == KILLED
    async with start() as house:
        await ready(house)
        wang.text('/settings')
        await wang.sees('设置', within=20)
        assert await house.stops() == 0
    assert await rows('SELECT count(*), count(DISTINCT draft) FROM photos') == [(3, 1)]
    assert await rows('SELECT count(*) FROM inbox') == [(5,)]
