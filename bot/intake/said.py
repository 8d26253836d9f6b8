"""Marks: what was said is written down in small batches; what dies before that is said once more at most."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from bot.intake.channel import Channel, Spoken, Unsaid
from storage import inbox
from storage.store import Store, StoreDown

BATCH = 50


Key = tuple[str, int, str]


class Marks:
    """Said calls that wait to be written; `flush` writes them, `run` does so for ever."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[Key, inbox.Said] = {}
        self._more = asyncio.Event()

    def add(self, channel: Channel, key: str, unsaid: Unsaid, spoken: Sequence[Spoken]) -> None:
        """Remember what was said of one update, beside what was said of it before."""
        if spoken:
            said = [*unsaid.said, *([one.position, one.message_id] for one in spoken)]
            left = len(unsaid.calls) - len(spoken)
            self._waiting[channel.name, channel.bot, key] = inbox.Said(channel.name, channel.bot, key, said, left)
            self._more.set()

    def has(self, channel: Channel, key: str) -> bool:
        """Tell whether an update was said and only its mark is not written yet."""
        return (channel.name, channel.bot, key) in self._waiting

    async def flush(self) -> None:
        """Write what waits, up to 50 updates in a transaction; a mark is let go when it is written."""
        while self._waiting:
            batch = dict(islice(self._waiting.items(), BATCH))
            async with self._store.begin() as tx:
                await inbox.mark_said(tx, list(batch.values()))
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
