"""How fast one bot may speak: replies are counted, and a halt of the bot silences every process, a chat's this one.

Telegram counts all that a bot says together, whichever library or process of ours says it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from bot.channels.telegram.chats import Chats
from storage import buckets
from storage.buckets import Bucket, Rate
from storage.store import Store, StoreDown, Tx


class Pace:
    """What this process knows of its bot's bucket in the store; `clock` gives seconds, `pause` waits some."""

    def __init__(
        self,
        store: Store,
        bot: int,
        rate: Rate = buckets.USUAL,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.store = store
        self.bot = bot
        self.rate = rate
        self.clock = clock
        self.pause = pause
        self.chats = Chats(clock)
        self._spent = 0
        self._until = clock()

    @property
    def halted(self) -> float:
        """How many seconds nothing may be said."""
        return max(0.0, self._until - self.clock())

    def silent(self, chat: int) -> float:
        """How many seconds nothing may be said to a chat."""
        return max(self.halted, self.chats.silent(chat))

    async def halt(self, seconds: float, chat: int | None = None) -> None:
        """Be silent as long as Telegram says (429): to one chat, or once two are silent, or none is named, to all.

        What holds for all holds here at once and in every process through the store.
        """
        if chat is not None and not self.chats.silence(chat, seconds):
            return
        self._hold_until(seconds)
        with suppress(StoreDown):
            async with self.store.begin() as tx:
                await buckets.halt(tx, self.bot, seconds)

    def learn(self, bucket: Bucket) -> None:
        """Take over a halt that another process met."""
        self._hold_until(bucket.halted)

    def _hold_until(self, seconds: float) -> None:
        self._until = max(self._until, self.clock() + seconds)

    def spend(self, messages: int) -> None:
        """Count what is said without waiting."""
        self._spent += messages

    async def settle(self, tx: Tx) -> None:
        """Debit what was said without waiting; where that rolls back, some went free."""
        spent, self._spent = self._spent, 0
        if spent:
            self.learn(await buckets.draw(tx, self.bot, spent, self.rate))


def messages_in(method: str, params: Mapping[str, Any]) -> int:
    """Count what a call puts into a chat or changes there; an album is as many as it has pictures."""
    if not method.startswith(('send', 'edit', 'copy', 'forward')) or method == 'sendChatAction':
        return 0
    return len(params['media']) if method == 'sendMediaGroup' else 1
