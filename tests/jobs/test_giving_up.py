"""Forgetting a huge chat: one cheap turn after which nobody reads anything, then small transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.intake.channel import Outcome
from civic import photos
from civic.city import City
from civic.reports import cases, exports
from jobs.deliver import deliver_due
from jobs.forgotten import clear_forgotten
from jobs.house import JobHouse
from storage import transcript
from storage.store import Tx
from storage.tables import conversations, inbox, outbox, report_events, reports
from storage.tables import photos as photo_rows
from storage.tables import transcript as frames
from tests.clock import FakeClock
from tests.jobs.cases import case, files_report, officer, resolves
from tests.jobs.chats import WebPerson, chat_of, read_chat, rows, web_person

WORDS = '河水发黑发臭，三天了'
CLEANED = '已经清理干净'
MANY = 1200


async def taps_yes(house: JobHouse, person: WebPerson) -> int:
    """Ask to be forgotten; gives how many statements the deciding turn took."""
    await person.taps('1:forget:sure')
    chat = {'id': person.chat_id, 'type': 'private'}
    query = {'id': '1', 'chat_instance': '1', 'from': person.sender(), 'data': '1:forget:yes'}
    query['message'] = {'message_id': 5, 'date': 1, 'chat': chat, 'text': '?'}
    heard, channel = person.heard({'callback_query': query}), person.channel
    taken: list[Tx] = []

    async def body(tx: Tx) -> Any:
        taken.append(tx)
        intake: Any = house.intake
        return await intake._turn(channel, heard, Outcome.HEARD, intake._dispatch(channel, heard), None, tx)

    await house.store.turn(body)
    return taken[-1].statements


async def make_huge(house: JobHouse, chat: int) -> None:
    """Give a chat a long past."""
    async with house.store.begin() as tx:
        past = [{'conversation_id': chat, 'at': tx.now, 'method': 'sendMessage', 'params': {'text': WORDS}}] * MANY
        await tx.execute(insert(frames), past)
        every = {'channel': 'web', 'bot': 0, 'conversation_id': chat, 'outcome': 'heard', 'raw': WORDS}
        heard = [{**every, 'key': f'7:old:{n}', 'heard_at': tx.now - timedelta(seconds=n)} for n in range(MANY)]
        await tx.execute(insert(inbox), heard)


async def test_the_turn_costs_the_same_few_statements_however_much_there_is(house: JobHouse) -> None:
    small, huge = await web_person(house.intake), await web_person(house.intake, chat_id=8)
    await files_report(house, huge, WORDS)
    await make_huge(house, await chat_of(house.store, huge))
    costs = [await taps_yes(house, small), await taps_yes(house, huge)]
    assert costs[0] == costs[1]
    assert max(costs) <= 14


@asynccontextmanager
async def largest_change(house: JobHouse) -> AsyncIterator[list[int]]:
    """Collect how many rows each transaction of the block changed."""
    seen: list[int] = []
    begin = house.store.begin

    @asynccontextmanager
    async def counting() -> AsyncIterator[Tx]:
        async with begin() as tx:
            execute, changed = tx.execute, 0

            async def counted(statement: Any, params: Any = None) -> Any:
                nonlocal changed
                result = await execute(statement, params)
                changed += 0 if statement.is_select else max(result.rowcount, 0)
                return result

            tx.execute = counted  # type: ignore[method-assign]  # to count
            yield tx
            seen.append(changed)

    house.store.begin = counting  # type: ignore[method-assign]  # to count
    try:
        yield seen
    finally:
        house.store.begin = begin  # type: ignore[method-assign]


async def test_what_was_given_up_goes_in_small_transactions_and_leaves_bare_keys(house: JobHouse) -> None:
    person = await web_person(house.intake)
    chat = await chat_of(house.store, person)
    await make_huge(house, chat)
    await taps_yes(house, person)
    async with largest_change(house) as changes:
        assert await clear_forgotten(house) == 1
    assert len(changes) >= 2 * MANY / 500
    assert max(changes) <= 2 * 500  # an update goes and its bare key comes
    assert await rows(house.store, select(conversations.c.id).where(conversations.c.id == chat)) == []
    assert await rows(house.store, select(frames.c.id).where(frames.c.conversation_id == chat)) == []
    bare = await rows(house.store, select(inbox).where(inbox.c.conversation_id.is_(None)).order_by(inbox.c.id))
    assert len(bare) == MANY + 2
    assert {(row.raw, row.replies, row.said, row.outcome) for row in bare} == {(None, None, None, 'forgotten')}


async def test_a_kept_key_does_not_lead_to_the_report_that_was_filed_with_it(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    clock.tick(minutes=7, seconds=1)
    report_id = await files_report(house, person, WORDS)
    filed = (await case(house, report_id)).filed_at
    clock.tick(minutes=3)
    others = await web_person(house.intake, chat_id=8)
    await taps_yes(house, person)
    await clear_forgotten(house)
    kept = await rows(house.store, select(inbox).order_by(inbox.c.id))
    bare = [row for row in kept if row.conversation_id is None]
    assert len(bare) > 6
    assert {row.heard_at.time().isoformat() for row in bare} == {'00:00:00'}
    assert filed not in {row.heard_at for row in kept}
    last = max(row.id for row in kept if row.conversation_id is not None)
    assert min(row.id for row in bare) > last  # nor does its place among those of others
    assert [row.key for row in bare] == sorted(row.key for row in bare)
    assert others.chat_id == 8


async def test_between_the_turn_and_the_job_nobody_reads_words_or_photos(house: JobHouse, city: City) -> None:
    person, member = await web_person(house.intake), await officer(house)
    report_id = await files_report(house, person, WORDS)
    await resolves(house, member, report_id)
    await person.taps(f'1:ans:{report_id}:3:fixed')
    [photo] = await rows(house.store, select(photo_rows.c.token))
    await taps_yes(house, person)
    async with house.store.read() as tx:
        fresh = await transcript.find_chat(tx, 'web', 0, person.chat_id)
        assert fresh is not None
        assert WORDS not in str(await transcript.read(tx, fresh.id, 0))
        found = await cases.find_case(tx, city, report_id)
        assert (found.words, found.lat, found.place_words) == (None, None, None)
        assert {event.words for event in await cases.history(tx, report_id)} == {None}
        shown = exports.Shown(words=True, exact=True)
        lines = [line async for line in exports.stream_reports(tx, city, exports.Wanted(), shown)]
        assert [(line['words'], line['lat']) for line in lines] == [(None, None)]
        assert await photos.find_photo(tx, photo.token) is None
    [row] = await rows(house.store, select(reports.c.words))
    assert row.words == WORDS  # the job has not come yet
    assert CLEANED in str(await rows(house.store, select(report_events.c.words)))


async def test_an_open_case_is_still_worked_on_meanwhile(house: JobHouse, city: City) -> None:
    person, member = await web_person(house.intake), await officer(house)
    report_id = await files_report(house, person, WORDS)
    await taps_yes(house, person)
    await resolves(house, member, report_id)
    assert (await case(house, report_id)).state == 'resolved'
    async with house.store.read() as tx:
        assert (await cases.find_case(tx, city, report_id)).words == WORDS
    while await deliver_due(house):
        pass
    told = await read_chat(house.store, await chat_of(house.store, person))
    assert len(told) == 1  # that he was forgotten; nothing of the case
    await clear_forgotten(house)
    assert (await case(house, report_id)).forget is True


async def test_a_notice_that_a_worker_has_in_hand_lets_the_chat_wait_for_the_next_run(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    chat = await chat_of(house.store, person)
    await person.says('/mydata')
    await taps_yes(house, person)
    async with house.store.begin() as tx:
        await tx.execute(outbox.update().values(state='claimed', lease_until=tx.now + timedelta(seconds=60)))
    assert await clear_forgotten(house) == 1
    assert len(await rows(house.store, select(conversations.c.id).where(conversations.c.id == chat))) == 1
    clock.tick(seconds=61)
    assert await clear_forgotten(house) == 1
    assert await rows(house.store, select(conversations.c.id).where(conversations.c.id == chat)) == []
