"""Upkeep: what is too old goes, in small transactions with room for people between them."""

import asyncio

from civic import retention
from civic.reports import abandoned
from civic.retention import Chore
from jobs.house import JobHouse
from jobs.scratch import scratch
from jobs.scrubbing import scrub
from jobs.steady import going_on
from storage import arrivals
from storage.arrivals import Address


async def keep_up(house: JobHouse) -> None:
    """Do every chore; one that fails leaves the others to be done."""
    with going_on('upkeep', chore='silent chats'):
        await let_silent_chats_go(house)
    for chore in retention.CHORES:
        with going_on('upkeep', chore=chore.name):
            await do_chore(house, chore)
    with going_on('upkeep', chore='log of the database'):
        await scrub(house)
    with going_on('upkeep', chore='half-written files'):
        async with house.store.read() as tx:
            now = tx.now
        await house.media.sweep(now=now)
    with going_on('upkeep', chore='scratch folders'), scratch():
        pass  # opening one removes what was left on this machine


async def do_chore(house: JobHouse, chore: Chore) -> int:
    """Clear everything that is too old of one kind, a batch at a time; gives how many rows."""
    done = 0
    while True:
        async with house.store.read() as tx:
            keys = await retention.find_old(tx, house.city, chore)
        if not keys:
            return done
        async with house.store.begin() as tx:
            cleared = await retention.clear_old(tx, house.city, chore, keys)
        done += cleared
        if not cleared:
            return done  # somebody else holds them; they are old still in an hour
        await asyncio.sleep(0)


async def let_silent_chats_go(house: JobHouse) -> int:
    """Drop what chats were about that nothing was heard of for as long as a draft is kept; gives how many."""
    done = 0
    while True:
        async with house.store.read() as tx:
            rows = await abandoned.find_silent(tx, house.city)
        if not rows:
            return done
        for row in rows:
            await _let_go(house, row.id, Address(row.channel, row.bot, row.chat_id))
        done += len(rows)


async def _let_go(house: JobHouse, conversation_id: int, address: Address) -> None:
    async with house.intake.order.holding(address), house.store.begin() as tx:
        listener = await arrivals.lock(tx, conversation_id)
        if abandoned.is_silent(listener.conversation, house.city, tx.now):
            abandoned.let_go(listener.conversation)
            await arrivals.keep_notes(tx, listener.conversation)
