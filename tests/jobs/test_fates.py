"""What a platform answers decides what becomes of a reply or a notice: said, tried again, halted, given up."""

from collections.abc import Sequence

import pytest

from bot.content.calls import Call
from bot.intake.channel import Fate, Spoken
from jobs import deliver
from jobs.house import JobHouse
from jobs.sweep import sweep
from storage.store import Store
from storage.tables import conversations, inbox
from tests.clock import FakeClock
from tests.jobs.chats import chat_of, notice, notify
from tests.people import Person, WireChannel


class FatefulWire(WireChannel):
    """A wire on which the next calls meet the given fates, the later ones go well; `tried` counts all attempts."""

    def __init__(self, *fates: Fate) -> None:
        super().__init__()
        self.fates = list(fates)
        self.tried = 0

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        spoken: list[Spoken] = []
        for position, call in calls:
            self.tried += 1
            fate = self.fates.pop(0) if self.fates else Fate.SAID
            if fate is Fate.SAID:
                spoken += await super().speak(chat_id, [(position, call)])
            else:
                spoken.append(Spoken(position, fate=fate, wait=30.0))
            if fate not in (Fate.SAID, Fate.REFUSED):
                break
        return spoken


def wired(house: JobHouse, *fates: Fate) -> FatefulWire:
    """Put such a wire in the house."""
    wire = FatefulWire(*fates)
    house.channels['wire', 1] = wire  # type: ignore[index]  # a dict in tests
    return wire


async def notified(house: JobHouse, store: Store, *fates: Fate) -> Person:
    """Somebody with a chat, to whom one notice is due over a wire with these fates."""
    wire = wired(house)
    person = Person(house.intake, wire)
    await person.says('/help')
    await notify(store, await chat_of(store, person), 'E-ONE')
    wire.fates = list(fates)
    wire.tried = 0
    return person


@pytest.mark.parametrize(
    ('fate', 'state'),
    [
        (Fate.SAID, 'said'),
        (Fate.REFUSED, 'failed'),
        (Fate.AWAY, 'unreachable'),
        (Fate.DOUBTFUL, 'ambiguous'),
        (Fate.UNSENT, 'due'),
        (Fate.HALTED, 'due'),
    ],
)
async def test_a_notice_ends_as_the_platform_answers(house: JobHouse, store: Store, fate: Fate, state: str) -> None:
    await notified(house, store, fate)
    await deliver.deliver_due(house)
    assert (await notice(store)).state == state


async def test_a_halt_burns_no_attempt_and_lasts_as_long_as_told(
    house: JobHouse, store: Store, clock: FakeClock
) -> None:
    person = await notified(house, store, *[Fate.HALTED] * 12)
    for _halt in range(12):
        await deliver.deliver_due(house)
        assert await deliver.deliver_due(house) == 0
        clock.tick(seconds=31)
    await deliver.deliver_due(house)
    assert 'E-ONE' in person.words
    assert (await notice(store)).attempt == 1


async def test_a_later_notice_does_not_overtake_one_that_was_halted(
    house: JobHouse, store: Store, clock: FakeClock
) -> None:
    person = await notified(house, store, Fate.HALTED)
    await deliver.deliver_due(house)
    await notify(store, await chat_of(store, person), 'E-TWO')
    assert await deliver.deliver_due(house) == 0
    clock.tick(seconds=31)
    await deliver.deliver_due(house)
    assert person.all_words.index('E-ONE') < person.all_words.index('E-TWO')


async def test_who_blocked_us_is_told_nothing_more_until_he_writes_again(house: JobHouse, store: Store) -> None:
    person = await notified(house, store, Fate.AWAY)
    await deliver.deliver_due(house)
    await notify(store, await chat_of(store, person), 'E-TWO')
    await deliver.deliver_due(house)
    assert 'E-TWO' not in person.all_words
    await person.says('/help')
    await notify(store, await chat_of(store, person), 'E-THREE')
    await deliver.deliver_due(house)
    assert 'E-THREE' in person.words


async def unanswered(house: JobHouse, clock: FakeClock, *fates: Fate) -> tuple[Person, FatefulWire]:
    """Somebody whose question was answered over a wire with these fates, ten seconds ago."""
    wire = wired(house, *fates)
    person = Person(house.intake, wire)
    await person.says('/help')
    await house.intake.marks.flush()
    clock.tick(seconds=11)
    return person, wire


async def test_a_doubtful_reply_is_said_once_more_and_never_a_third_time(
    house: JobHouse, clock: FakeClock, store: Store
) -> None:
    _person, wire = await unanswered(house, clock, Fate.DOUBTFUL, Fate.DOUBTFUL)
    for _sweep in range(3):
        await sweep(house)
    replies = await count_replies(store)
    assert wire.tried == replies + 2 - 1  # the first call was tried twice, each other once


async def count_replies(store: Store) -> int:
    async with store.read() as tx:
        [row] = (await tx.execute(inbox.select())).all()
    return len(row.replies)


async def test_a_reply_that_the_platform_refuses_is_not_tried_again(house: JobHouse, clock: FakeClock) -> None:
    _person, wire = await unanswered(house, clock, Fate.REFUSED)
    tried = wire.tried
    await sweep(house)
    assert wire.tried == tried


async def test_a_reply_that_did_not_arrive_is_said_by_the_sweep(house: JobHouse, clock: FakeClock) -> None:
    person, _wire = await unanswered(house, clock, Fate.UNSENT)
    assert person.told == []
    await sweep(house)
    assert '12345' in person.all_words


async def test_to_somebody_who_blocked_us_no_reply_is_tried_again(
    house: JobHouse, clock: FakeClock, store: Store
) -> None:
    _person, wire = await unanswered(house, clock, Fate.AWAY)
    await sweep(house)
    assert wire.tried == 1
    async with store.read() as tx:
        assert (await tx.execute(conversations.select())).one().unreachable_at is not None
