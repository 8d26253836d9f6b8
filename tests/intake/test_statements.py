"""Every step of every dialog costs at most 14 statements, those of the door included (but BEGIN and COMMIT)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.handlers import make_answering
from bot.intake import Intake
from civic.city import City
from storage.store import Store, Tx
from tests.journeys.test_many_drafts import begin_many
from tests.journeys.test_reports import TASHAN, file_one, make_officer
from tests.people import Person, WireChannel

MOST = 14


class Counting:
    """The store's door to turns, which remembers what each cost."""

    def __init__(self, store: Store) -> None:
        self.turn, self.costs = store.turn, list[int]()

    async def counted(self, body: Callable[[Tx], Awaitable[Any]]) -> Any:
        """Run a turn and note its statements."""
        cost = 0

        async def counting(tx: Tx) -> Any:
            nonlocal cost
            try:
                return await body(tx)
            finally:
                cost = tx.statements

        try:
            return await self.turn(counting)
        finally:
            self.costs.append(cost)


@pytest.fixture
def counting(store: Store, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Counts from now on."""
    found = Counting(store)
    monkeypatch.setattr(store, 'turn', found.counted)
    return found


@pytest.fixture
def resident(store: Store, city: City, wire: WireChannel, counting: Counting) -> Person:
    """A resident whose steps are counted."""
    return Person(Intake(store, city, make_answering()), wire)


Steps = list[tuple[str, Any]]

STAFF: Steps = [
    ('officer', '/staff'),
    ('officer', '1:q:new:0'),
    ('officer', '1:q:mine:0'),
    ('officer', '1:q:done:0'),
    ('officer', '1:sc:1'),
    ('officer', '1:orig:1'),
    ('officer', '1:do:claim:1:1'),
    ('officer', '1:do:ask:1:2'),
    ('officer', '请拍一张近的'),
    ('resident', '1:add:1'),
    ('resident', ('photo', 'near')),
    ('resident', '就是桥东边那一段'),
    ('officer', '1:sc:1'),
    ('officer', '1:do:start:1:4'),
    ('officer', '1:do:resolve:1:5'),
    ('officer', ('photo', 'done')),
    ('officer', '1:go'),
    ('resident', '1:case:1'),
    ('resident', '1:ans:1:6:partly'),
    ('boss', '1:sc:1'),
    ('boss', '1:do:reopen:1:7'),
    ('boss', '1:do:reassign:1:8'),
    ('boss', '1:to:1:1:8'),
    ('officer', '1:do:resolve:1:9'),
    ('officer', '已经清理干净'),
    ('resident', '1:ans:1:10:not'),
    ('boss', '1:do:decline_reopen:1:11'),
    ('boss', '水质已经达标'),
    ('resident', '1:ans:1:12:fixed'),
]
REJECTED: Steps = [
    ('boss', '1:do:claim:1:1'),
    ('boss', '1:do:reject:1:2'),
    ('boss', '1:why:not_ours:1:2'),
    ('boss', '请找街道'),
    ('resident', '1:case:1'),
]
OWN: Steps = [
    ('resident', '/myreports'),
    ('resident', '1:mine:0'),
    ('resident', '1:case:1'),
    ('resident', ('late', 'c')),
    ('resident', '1:add:1'),
    ('resident', '还有一处也发黑'),
    ('resident', '1:added:1'),
    ('resident', 'SX26-000001-I'),
    ('resident', '1:wd:1:1'),
    ('resident', '1:wd:1:1:yes'),
    ('resident', '/settings'),
    ('resident', '1:lang:en'),
    ('resident', '1:big:1'),
    ('resident', '1:return'),
    ('resident', '1:return'),
    ('resident', '1:mydata'),
    ('resident', '/help'),
    ('resident', '/cancel'),
    ('resident', '1:more'),
    ('resident', '1:later'),
    ('resident', '1:forget:sure'),
    ('resident', '1:forget:yes'),
]


async def take(person: Person, step: Any) -> None:
    """Send one step: a button's data, a text, or a photo (a late one of the report's album)."""
    if isinstance(step, tuple):
        await person.shows(step[1], album='A' if step[0] == 'late' else None)
    elif step.startswith('1:'):
        await person.taps(step)
    else:
        await person.says(step)


@pytest.mark.parametrize('steps', [STAFF, REJECTED, OWN], ids=['staff', 'rejected', 'own'])
async def test_each_step_of_the_dialogs_of_staff_and_of_ones_own_cases_costs_little(
    steps: Steps, store: Store, city: City, wire: WireChannel, counting: Counting, resident: Person
) -> None:
    officer = await make_officer(store, resident.intake, wire, city, 'grid', TASHAN)
    boss = await make_officer(store, resident.intake, wire, city, 'supervisor', '330602')
    await file_one(resident)
    people = {'resident': resident, 'officer': officer, 'boss': boss}
    for who, step in steps:
        said = len(people[who].told)
        await take(people[who], step)
        words = str([call.params.get('text') for call in people[who].told[said:]])
        assert '编号：E-' not in words, step
        for refused in ('不能这样做', '有人改动', '过时', '没有找到', '主管'):
            assert refused not in words or step.endswith((':partly', ':not')), (step, words)
    assert max(counting.costs) <= MOST, [cost for cost in counting.costs if cost > MOST]


async def test_signing_in_and_out_and_many_drafts_cost_little(
    store: Store, city: City, wire: WireChannel, counting: Counting, resident: Person, clock: Any
) -> None:
    officer = await make_officer(store, resident.intake, wire, city, 'grid', TASHAN)
    await officer.taps('1:return')
    await officer.taps('1:staffout')
    await begin_many(resident, clock)
    for step in ('/cancel', '/myreports'):
        await take(resident, step)
    await resident.taps(
        next(row[0]['callback_data'] for row in resident.told[-1].params['reply_markup']['inline_keyboard'])
    )
    await resident.taps('1:new')
    assert max(counting.costs) <= MOST, counting.costs
