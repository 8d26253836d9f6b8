"""Drafts put aside: one too many blocks nobody, and who loses one is told which."""

import pytest
from sqlalchemy import select

from bot.intake import Intake
from civic.reports.drafts import MOST_DRAFTS
from storage.store import Store
from storage.tables import drafts
from storage.tables import photos as photo_rows
from tests.clock import FakeClock
from tests.people import Person, WireChannel


async def begin_many(person: Person, clock: FakeClock) -> None:
    """Begin as many reports as we keep aside, and one more."""
    for number in range(MOST_DRAFTS + 1):
        clock.tick(minutes=2)
        await person.says('/report')
        await person.says(f'第{number}件：工地半夜打桩吵得睡不着')
        await person.shows(f'photo {number}')


@pytest.mark.parametrize('way_out', ['/cancel', '/report', '反映', '取消'])
async def test_an_eleventh_draft_takes_the_place_of_the_oldest_and_says_so(
    way_out: str, intake: Intake, wire: WireChannel, store: Store, clock: FakeClock
) -> None:
    person = Person(intake, wire)
    await begin_many(person, clock)
    before = person.all_words
    clock.tick(minutes=2)
    await person.says(way_out)
    assert '第0件' in person.all_words[len(before) :]
    async with store.read() as tx:
        kept = [row.facts['words'][:3] for row in (await tx.execute(select(drafts.c.facts))).all()]
        loose = select(photo_rows.c.id).where(photo_rows.c.draft.is_(None))
        assert len((await tx.execute(loose)).all()) == 1
    assert sorted(kept) == sorted(f'第{number}'.ljust(3, '件')[:3] for number in range(1, MOST_DRAFTS + 1))
