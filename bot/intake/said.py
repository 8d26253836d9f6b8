"""Marks: what was said is written down in small batches; what dies before that is said once more at most."""

import asyncio
from collections.abc import Sequence

from bot.intake.channel import Channel, Spoken, Unsaid
from storage import inbox
from storage.store import Store

BATCH = 50


class Marks:
    """Said calls that wait to be written; `flush` writes them, `run` does so for ever."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[inbox.Said] = []
        self._more = asyncio.Event()

    def add(self, channel: Channel, key: str, unsaid: Unsaid, spoken: Sequence[Spoken]) -> None:
        """Remember what was said of one update, beside what was said of it before."""
        if spoken:
            said = [*unsaid.said, *([one.position, one.message_id] for one in spoken)]
            left = len(unsaid.calls) - len(spoken)
            self._waiting.append(inbox.Said(channel.name, channel.bot, key, said, left))
            self._more.set()

    async def flush(self) -> None:
        """Write what waits, up to 50 updates in a transaction."""
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                async with self._store.begin() as tx:
                    await inbox.mark_said(tx, batch)
            except BaseException:
                self._waiting[:0] = batch
                raise

    async def run(self) -> None:
        """Write marks soon after they come, many at a time."""
        while True:
            await self._more.wait()
            self._more.clear()
            await asyncio.sleep(0.05)
            await self.flush()
