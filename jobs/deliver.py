"""Delivering: notices that are due are claimed, worded for their reader of this moment, and said once."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Row

from bot.content import notices
from bot.content.calls import Call, freeze, replies
from bot.content.language import speaking
from bot.intake.channel import Channel, Fate, Spoken
from bot.intake.said import is_away
from civic.reports import abandoned
from civic.staff import find_member
from jobs.house import JobHouse
from jobs.steady import going_on
from storage import arrivals, fault_points, outbox
from storage.arrivals import Address, Listener
from storage.dead_letters import Trouble
from storage.store import StoreDown, Tx

ROUND = 50  # notices claimed at once
# These ask about the draft in hand, and nothing once it was filed or put aside.
OF_DRAFT = frozenset({'draft_nudge', 'photo_place', 'photo_seen_before'})
CHATS_AT_ONCE = 8  # below the ten connections of a pool
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds, together less than a lease

log = structlog.get_logger('jobs')


async def deliver_due(house: JobHouse) -> int:
    """Claim a round of due notices and say each; gives how many were claimed."""
    async with house.store.begin() as tx:
        rows = await outbox.claim(tx, house.worker, ROUND)
    fault_points.reach('after_claim')
    chats: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        chats[row.conversation_id].append(row)
    places = asyncio.Semaphore(CHATS_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for waiting in chats.values():
            group.create_task(_deliver_in_order(house, places, waiting))
    return len(rows)


async def _deliver_in_order(house: JobHouse, places: asyncio.Semaphore, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        async with places:
            with going_on('deliver', notice=row.id):
                await deliver(house, row)


async def deliver(house: JobHouse, row: Row[Any]) -> None:
    """Say one claimed notice; what cannot be worded has failed and stands in nobody's way."""
    channel = house.channels.get((row.channel, row.bot))
    async with house.intake.order.holding(Address(row.channel, row.bot, row.chat_id)):
        try:
            calls = await house.store.turn(partial(_say, house, channel, row))
        except StoreDown:
            raise  # the lease runs out, and the notice is due again
        except Exception as fault:
            await _give_up(house, row, fault)
        else:
            if channel is not None and calls:
                await _call(house, channel, row, calls)


async def _say(house: JobHouse, channel: Channel | None, row: Row[Any], tx: Tx) -> Sequence[Call]:
    """Word a notice and keep it with its channel in one transaction; gives what must go over a wire."""
    listener = await arrivals.lock(tx, row.conversation_id)
    mine = await outbox.still_mine(tx, row.id, house.worker)
    if mine is None:
        return []
    if mine.behind:
        await outbox.let_go(tx, row.id)
        return []
    ended = _why_not(row, listener, channel, tx.now)
    calls = [] if ended else await _word(tx, house, listener, row)
    if channel is None or not calls:
        await outbox.end(tx, row.id, ended or 'cancelled')
        return []
    left = await channel.keep(tx, listener.conversation, None, calls)
    await (outbox.begin_call(tx, row.id) if left else outbox.end(tx, row.id, 'said'))
    return left


def _why_not(row: Row[Any], listener: Listener, channel: Channel | None, now: datetime) -> str | None:
    """Name the state in which a notice ends that is not to be said."""
    if row.not_after is not None and now > row.not_after:
        return 'expired'
    if channel is None or listener.unreachable:
        return 'unreachable'
    if row.attempt > outbox.MOST_ATTEMPTS:
        return 'failed'  # each time its worker died
    if row.code in OF_DRAFT and not abandoned.holds(listener.conversation, row.facts['draft']):
        return 'cancelled'
    return None


async def _word(tx: Tx, house: JobHouse, listener: Listener, row: Row[Any]) -> list[Call]:
    """Word a notice in its reader's language of this moment; nothing when what it tells of is gone.

    What is for a member of the staff is told to nobody else: another may have signed in there meanwhile.
    """
    if row.staff_id is not None:
        member = await find_member(tx, listener.conversation.resident_id)
        if member is None or member.id != row.staff_id:
            return []
        listener.conversation.for_staff = member.id
        listener.conversation.about = row.facts.get('report_id')
    with speaking(listener.locale):
        said = await notices.word(tx, house.city, row.code, row.facts)
    return [freeze(reply, row.chat_id) for reply in replies(said)]


async def _give_up(house: JobHouse, row: Row[Any], fault: Exception) -> None:
    """End a notice that cannot be said: what failed once will fail again."""
    trouble = Trouble.of(fault)
    log.error('a notice failed', reference=trouble.reference, notice=row.id, code=row.code, exc_info=fault)
    async with house.store.begin() as tx:
        if await outbox.still_mine(tx, row.id, house.worker) is not None:
            await outbox.end(tx, row.id, 'failed', trouble=f'{trouble.kind} {trouble.reference}')


async def _call(house: JobHouse, channel: Channel, row: Row[Any], calls: Sequence[Call]) -> None:
    """Say over the wire, after the commit that says so, and note what came of it."""
    trouble = None
    fault_points.reach('after_calling')
    try:
        spoken = await channel.speak(row.chat_id, list(enumerate(calls))[row.spoken :])
    except Exception as fault:
        trouble = Trouble.of(fault)
        spoken = [Spoken(row.spoken, fate=Fate.DOUBTFUL)]
        log.error('a notice is ambiguous', reference=trouble.reference, notice=row.id, exc_info=fault)
    fault_points.reach('after_answer')
    await _write(house, row, partial(_note, row, len(calls), spoken, trouble.kind if trouble else None))


async def _write(house: JobHouse, row: Row[Any], note: Callable[[Tx], Awaitable[None]]) -> None:
    """Write what came of a notice; while its lease lasts, a store that is down is asked again: only we know it."""
    for pause in PAUSES:
        try:
            async with house.store.begin() as tx:
                await note(tx)
        except StoreDown:
            log.warning('what came of a notice cannot be written yet', notice=row.id)
            await asyncio.sleep(pause)
        else:
            return
    log.error('what came of a notice is lost; it will be ambiguous', notice=row.id)


async def _note(row: Row[Any], calls: int, spoken: Sequence[Spoken], trouble: str | None, tx: Tx) -> None:
    """Write the state that follows from what came of a notice's calls."""
    if is_away(spoken):
        await arrivals.mark_unreachable(tx, [Address(row.channel, row.bot, row.chat_id)])
    last = spoken[-1] if spoken else Spoken(row.spoken, fate=Fate.UNSENT)
    over = row.spoken + sum(one.fate in (Fate.SAID, Fate.REFUSED) for one in spoken)
    if last.fate is Fate.HALTED:
        await outbox.halt(tx, row.id, row.attempt, last.wait, over)
    elif last.fate is Fate.UNSENT or (last.fate is Fate.SAID and over < calls):
        await outbox.put_back(tx, row.id, row.attempt, 'not spoken', over)
    else:
        some = row.spoken or any(one.fate is Fate.SAID for one in spoken)
        await outbox.end(tx, row.id, _end_of(last.fate, bool(some)), trouble=trouble or _trouble_of(spoken))


def _end_of(last: Fate, some: bool) -> str:
    """Name the state of a notice that will not be said again; `some` of it was said."""
    if last in (Fate.SAID, Fate.REFUSED):
        return 'said' if some else 'failed'
    return {Fate.AWAY: 'unreachable', Fate.DOUBTFUL: 'ambiguous'}[last]


def _trouble_of(spoken: Sequence[Spoken]) -> str | None:
    return 'refused by the platform' if any(one.fate is Fate.REFUSED for one in spoken) else None
