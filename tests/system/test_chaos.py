"""At random: whatever breaks, and whenever the process is killed, nothing is lost and nothing is doubled.

`make chaos` runs many rounds and says what held; LVBI_TEST_CHAOS=ROUNDS[:SEED] chooses.
"""

import os
import random

import pytest

from tests.botapi import BotApi
from tests.system import scenes
from tests.system.chaos import Chaos
from tests.system.conftest import House, Rows, Start, TimePasses

ROUNDS, _, SEED = os.environ.get('LVBI_TEST_CHAOS', '2:1').partition(':')


async def test_trouble_at_random_loses_and_doubles_nothing(
    api: BotApi,
    start: Start,
    house: House,
    rows: Rows,
    time_passes: TimePasses,
    by_webhook: dict[str, str],
    request: pytest.FixtureRequest,
) -> None:
    seed = int(SEED or random.SystemRandom().randrange(1_000_000))
    say = request.config.get_terminal_writer().line
    say(f'\nLVBI_TEST_CHAOS={ROUNDS}:{seed}')
    people = [api.user(number) for number in range(7, 11)]
    told = by_webhook | {'LVBI_FLOOD_PER_MINUTE': '100000'}
    chaos = Chaos(api, start, rows, time_passes, random.Random(seed), people, told)
    async with house() as process:
        await scenes.takes_office(start, people[0])
        assert await process.stops() == 0
    for _ in range(int(ROUNDS)):
        await chaos.round()
    api.troubles.end()
    async with start(**told) as process:
        await chaos.ends(process)
    say(f'killed: {dict(chaos.kills)}')
    say(f'held: {await chaos.holds()}')
    api.refused[:] = [one for one in api.refused if 'message is not modified' not in one.words]
