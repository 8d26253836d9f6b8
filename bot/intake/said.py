"""Marks: what was said is written down in small batches; what dies before that is said once more at most."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from sqlalchemy import Row

from bot.content.calls import Call
from bot.intake.channel import Channel, Fate, Spoken, Unsaid
from storage import arrivals, inbox
from storage.arrivals import Address
from storage.store import Store, StoreDown, Tx

BATCH = 50
# After these a call is not said again.
ENDED = frozenset({Fate.SAID, Fate.REFUSED, Fate.AWAY})

Key = tuple[str, int, str]


def unsaid_of(row: Row[Any]) -> Unsaid:
    """Take the calls of a kept update (replies, said, unsaid) of which nobody knows that they were said.

    What was for a member of the staff (for_staff) is not said to a chat that he is not bound to any more (staff_id).
    """
    if not row.unsaid or row.replies is None or row.for_staff not in (None, row.staff_id):
        return Unsaid()
    said = row.said or []
    done = {mark[0] for mark in said if len(mark) == 2}
    calls = [(n, Call(call['method'], call['params'])) for n, call in enumerate(row.replies) if n not in done]
    return Unsaid(calls, said)


def reckon(unsaid: Unsaid, spoken: Sequence[Spoken]) -> list[list[Any]]:
    """Give all marks of an update after another attempt; what was doubtful twice counts as said.

    Nothing more is said to somebody who is away: the rest counts as said with it.
    """
    doubted = {mark[0] for mark in unsaid.said if len(mark) > 2}
    marks = {mark[0]: mark for mark in unsaid.said}
    for one in spoken:
        if one.fate in ENDED or (one.fate is Fate.DOUBTFUL and one.position in doubted):
            marks[one.position] = [one.position, one.message_id]
        elif one.fate is Fate.DOUBTFUL:
            marks[one.position] = [one.position, None, Fate.DOUBTFUL.value]
    if is_away(spoken):
        marks |= {position: [position, None] for position, _call in unsaid.calls if len(marks.get(position, ())) != 2}
    return list(marks.values())


def is_away(spoken: Sequence[Spoken]) -> bool:
    """Tell whether the platform says that nobody is there to be spoken to."""
    return any(one.fate is Fate.AWAY for one in spoken)


def all_said(unsaid: Unsaid, spoken: Sequence[Spoken]) -> bool:
    """Tell whether nothing is left to be said."""
    return is_away(spoken) or sum(one.fate in ENDED for one in spoken) == len(unsaid.calls)


class Marks:
    """Said calls that wait to be written; `flush` writes them, `run` does so for ever.

    `beside` holds what channels write in the same transactions.
    """

    def __init__(self, store: Store) -> None:
        self.beside: list[Callable[[Tx], Awaitable[None]]] = []
        self._store = store
        self._waiting: dict[Key, inbox.Said] = {}
        self._away: set[Address] = set()
        self._more = asyncio.Event()

    def add(self, channel: Channel, key: str, chat_id: int, unsaid: Unsaid, spoken: Sequence[Spoken]) -> None:
        """Remember what came of speaking to a chat, beside what was said of the same update before."""
        if is_away(spoken):
            self._away.add(Address(channel.name, channel.bot, chat_id))
        if spoken:
            marks = reckon(unsaid, spoken)
            asked = {position for position, _call in unsaid.calls}
            left = len(asked) - sum(len(mark) == 2 and mark[0] in asked for mark in marks)
            self._waiting[channel.name, channel.bot, key] = inbox.Said(channel.name, channel.bot, key, marks, left)
            self._more.set()

    def has(self, channel: Channel, key: str) -> bool:
        """Tell whether an update was said and only its mark is not written yet."""
        return (channel.name, channel.bot, key) in self._waiting

    async def flush(self) -> None:
        """Write what waits, up to 50 updates in a transaction; a mark is let go when it is written."""
        while self._waiting:
            batch, away = dict(islice(self._waiting.items(), BATCH)), set(self._away)
            async with self._store.begin() as tx:
                await arrivals.mark_unreachable(tx, away)
                await inbox.mark_said(tx, list(batch.values()))
                for write in self.beside:
                    await write(tx)
            self._away -= away
            for key, said in batch.items():
                if self._waiting.get(key) is said:
                    del self._waiting[key]

    async def run(self) -> None:
        """Write marks soon after they come, many at a time; a store that is down is tried again."""
        while True:
            await self._more.wait()
            self._more.clear()
            await asyncio.sleep(0.05)
            with suppress(StoreDown):
                await self.flush()
            if self._waiting:
                self._more.set()
