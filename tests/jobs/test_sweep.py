"""What was kept and not said is said by the sweep: after ten seconds, in order, and not twice."""

from collections.abc import Sequence
from typing import Any

from bot.content.calls import Call
from bot.intake import unsaid_of
from bot.intake.channel import Fate, Spoken
from bot.intake.said import Marks
from jobs.house import JobHouse
from jobs.sweep import AGE, sweep
from storage import inbox, outbox
from storage.store import Store
from tests.clock import FakeClock
from tests.jobs.chats import chat_of, notice, notify
from tests.people import Person, WireChannel


async def unanswered(house: JobHouse, wire: WireChannel, chat_id: int, *texts: str) -> Person:
    """Somebody who wrote while the wire was broken."""
    person = Person(house.intake, wire, chat_id=chat_id)
    wire.broken = True
    for text in texts:
        await person.says(text)
    wire.broken = False
    assert person.told == []
    return person


async def test_what_was_not_said_is_said_after_ten_seconds_in_order_and_once(
    house: JobHouse, wire: WireChannel, clock: FakeClock
) -> None:
    person = await unanswered(house, wire, 7, '/help', '/settings')
    await sweep(house)
    assert person.told == []
    clock.tick(seconds=11)
    await sweep(house)
    said = list(person.told)
    assert '12345' in person.all_words
    assert '设置' in person.words
    await sweep(house)
    assert person.told == said


async def test_a_chat_that_cannot_be_reached_keeps_its_order_and_stops_no_other(
    house: JobHouse, store: Store, clock: FakeClock
) -> None:
    class Picky(WireChannel):
        """Cannot say the first thing to chat 7 the first time."""

        def __init__(self) -> None:
            super().__init__()
            self.refuse = {7}

        async def speak(self, chat_id: int, calls: list[tuple[int, Call]]) -> list[object]:  # type: ignore[override]
            if chat_id in self.refuse:
                self.refuse.remove(chat_id)
                return []
            return list(await super().speak(chat_id, calls))

    picky = Picky()
    unlucky = await unanswered(house, picky, 7, '/help', '/settings')
    lucky = await unanswered(house, picky, 8, '/help')
    picky.refuse = {7}
    house.channels['wire', 1] = picky  # type: ignore[index]  # a dict in tests
    clock.tick(seconds=11)
    await sweep(house)
    assert unlucky.told == []
    assert '12345' in lucky.all_words
    await sweep(house)
    assert '12345' in unlucky.all_words
    assert '设置' in unlucky.words


async def test_a_call_that_hung_in_another_process_is_not_said_a_third_time(
    house: JobHouse, store: Store, wire: WireChannel, clock: FakeClock
) -> None:
    person = await unanswered(house, wire, 7, '/help')
    async with store.read() as tx:
        [row] = await inbox.find_unsaid(tx, tx.now + AGE)
        hanging = unsaid_of(await inbox.read_unsaid(tx, row.id))
    clock.tick(seconds=11)
    await sweep(house)
    said = list(person.told)
    other = Marks(store)
    other.add(wire, row.key, 7, hanging, [Spoken(0, fate=Fate.DOUBTFUL)])
    await other.flush()
    await sweep(house)
    assert person.told == said


async def test_what_was_forgotten_meanwhile_is_not_said(house: JobHouse, wire: WireChannel, clock: FakeClock) -> None:
    person = await unanswered(house, wire, 7, '/help')
    await person.taps('1:forget:sure')
    await person.taps('1:forget:yes')
    told = len(person.told)
    clock.tick(seconds=11)
    await sweep(house)
    assert len(person.told) == told
    assert '12345' not in person.all_words


async def test_a_notice_whose_worker_died_while_saying_it_is_noted_as_ambiguous(
    house: JobHouse, store: Store, wire: WireChannel, clock: FakeClock
) -> None:
    person = Person(house.intake, wire)
    await person.says('/help')
    await notify(store, await chat_of(store, person), 'E-MAYBE')
    async with store.begin() as tx:
        [claimed] = await outbox.claim(tx, house.worker)
        await outbox.begin_call(tx, claimed.id)
    await sweep(house)
    assert (await notice(store)).state == 'calling'
    clock.tick(seconds=61)
    await sweep(house)
    assert (await notice(store)).state == 'ambiguous'


async def test_a_channel_that_is_closed_or_breaks_stops_no_other(
    house: JobHouse, wire: WireChannel, clock: FakeClock, logged: list[Any]
) -> None:
    class Broken(WireChannel):
        name = 'broken'

        async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
            if self.broken:
                return []
            raise ConnectionResetError

    class Closed(WireChannel):
        name = 'closed'

    broken, closed = Broken(), Closed()
    for channel, chat_id in ((broken, 8), (closed, 9)):
        await unanswered(house, channel, chat_id, '/help')
    person = await unanswered(house, wire, 7, '/help')
    house.channels['broken', 1] = broken  # type: ignore[index]  # a dict in tests
    clock.tick(seconds=11)
    await sweep(house)
    assert '12345' in person.all_words
    assert [line['job'] for line in logged] == ['sweep']
