"""Whatever moment the process is killed at: no update is lost, no report is doubled, a reply comes twice at most."""

import pytest

from tests.botapi import BotApi
from tests.journeys.scenes import canal
from tests.system import ledger, scenes
from tests.system.conftest import House, Rows

KILLED = -9
POINTS = ['before_commit', 'after_commit', 'before_said']


@pytest.mark.parametrize('point', POINTS)
async def test_a_question_is_answered_though_the_process_dies_over_it(
    api: BotApi, house: House, rows: Rows, point: str
) -> None:
    wang = api.user(7)
    async with house(LVBI_FAULT=point) as dying:
        wang.text('/help')
        assert await dying.dies() == KILLED
    async with house() as lasting:
        await wang.sees('119', within=scenes.WITHIN)
        assert await lasting.stops() == 0
    ledger.said_at_most_twice(api, wang)
    await ledger.heard_once(api, rows)
    assert await rows('SELECT count(*) FROM residents') == [(1,)]


@pytest.mark.parametrize('point', POINTS)
async def test_a_report_that_the_process_died_over_is_filed_once(
    api: BotApi, house: House, rows: Rows, point: str
) -> None:
    wang = api.user(7)
    async with house() as lasting:
        await scenes.previews(wang)
        assert await lasting.stops() == 0
    wang.tap('✅ 提交')
    async with house(LVBI_FAULT=point) as dying:
        assert await dying.dies() == KILLED
    async with house() as lasting:
        await wang.sees('SX', within=scenes.WITHIN)
        assert await lasting.stops() == 0
    ledger.said_at_most_twice(api, wang)
    await ledger.heard_once(api, rows)
    assert await rows('SELECT count(*), count(DISTINCT draft) FROM reports') == [(1, 1)]
    assert 'SX26-000002' not in wang.phone


async def test_an_album_that_was_cut_through_is_one_report(api: BotApi, house: House, rows: Rows) -> None:
    wang = api.user(7)
    async with house(LVBI_FAULT='after_commit:3') as dying:
        wang.text('/start')
        await wang.sees('您好', within=scenes.WITHIN)
        wang.album([canal(seed=view) for view in (1, 2, 3)])
        assert await dying.dies() == KILLED
    async with house() as lasting:
        wang.text('/settings')
        await wang.sees(scenes.SETTINGS, within=scenes.WITHIN)
        assert await lasting.stops() == 0
    assert await rows('SELECT count(*), count(DISTINCT draft) FROM photos') == [(3, 1)]
    await ledger.heard_once(api, rows)
    ledger.said_at_most_twice(api, wang)
