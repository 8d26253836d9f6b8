"""How fast notices go out: one bucket in the store for all processes, and the pace of each chat.

Requests that come within 5 ms draw from the bucket together, in one transaction, up to a quarter of a second
ahead; each then goes at its own moment. Replies debit the bucket without asking (bot/channels/telegram/pace.py), so
notices get what is left.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Self

from telegram.ext import BaseRateLimiter

from bot.channels.telegram.pace import Pace, messages_in
from bot.channels.telegram.wire import TOO_MANY
from jobs.telegram.request import NotDone
from storage import buckets
from storage.buckets import Bucket

AHEAD = 0.25  # seconds for which tokens are taken at once
TOGETHER = 0.005  # seconds in which others may join who draws: a commit costs more than they wait
PATIENCE = 5.0  # seconds that a notice may wait in line: its chat waits as long, and its lease lasts a minute

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class NotNow(Exception):
    """A message that may not go for `wait` seconds; nothing was sent."""

    def __init__(self, wait: float) -> None:
        super().__init__(f'{wait:.1f} s')
        self.wait = wait


class Limiter(BaseRateLimiter[None]):
    """Lets ExtBot's requests go when they may; what would wait long must come again. Raises NotNow, StoreDown."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._line = Line(pace)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Answer:
        """Make a request when its turn has come; a 429 silences its chat, or every process of the house."""
        chat = data.get('chat_id')
        if messages := messages_in(endpoint, data):
            self._enter(data['chat_id'], messages)
            await self._line.wait(messages)
        if silent := self._pace.halted if chat is None else self._pace.silent(chat):
            raise NotNow(silent)
        try:
            return await callback(*args, **kwargs)
        except NotDone as answer:
            if answer.code == TOO_MANY:
                await self._pace.halt(answer.wait, chat)
            raise

    def _enter(self, chat: int, messages: int) -> None:
        """Count messages into their chat. Raises NotNow: the outbox waits better than we, who hold the chat."""
        if wait := self._pace.chats.enter(chat, messages):
            raise NotNow(wait)


@dataclass(eq=False, slots=True)
class _Waiting:
    messages: int
    until: float
    go_at: float | None = None
    come_again: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a look into the bucket gave: how many may go, and in how many seconds each has its last token."""

    bucket: Bucket
    granted: int
    waits: list[float]

    @classmethod
    def of(cls, bucket: Bucket, wanted: Sequence[int], per_second: float) -> Self:
        """Grant what finds its first token within a quarter of a second, nothing while halted."""
        ends = [total - bucket.level for total in accumulate(wanted)]
        soon = sum((end - own + 1) / per_second <= AHEAD for end, own in zip(ends, wanted, strict=True))
        return cls(bucket, 0 if bucket.halted else soon, [max(0.0, end / per_second) for end in ends])


class Line:
    """Requests that wait for tokens, first come, first served; whoever is first draws for all."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._waiting: list[_Waiting] = []
        self._gate = asyncio.Lock()
        self._not_before = pace.clock()

    async def wait(self, messages: int) -> None:
        """Return when so many messages may go. Raises NotNow, StoreDown."""
        mine = _Waiting(messages, self._pace.clock() + PATIENCE)
        self._waiting.append(mine)
        try:
            while mine.go_at is None and mine.come_again is None:
                await self._draw_together(mine)
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        if mine.go_at is None:
            raise NotNow(mine.come_again or 0.0)
        await self._until(mine.go_at)

    async def _draw_together(self, mine: _Waiting) -> None:
        async with self._gate:
            if mine.go_at is None and mine.come_again is None:
                await self._until(max(self._not_before, self._pace.clock() + TOGETHER))
                waiting = list(self._waiting)
                self._tell(waiting, await self._draw([one.messages for one in waiting]))

    async def _until(self, moment: float) -> None:
        if (left := moment - self._pace.clock()) > 0:
            await self._pace.pause(left)

    async def _draw(self, wanted: Sequence[int]) -> Drawn:
        """Take tokens for as many as can go soon, in order."""
        async with self._pace.store.begin() as tx:
            bucket = await buckets.hold(tx, self._pace.bot, self._pace.rate)
            drawn = Drawn.of(bucket, wanted, self._pace.rate.per_second)
            if drawn.granted:
                left = bucket.level - sum(wanted[: drawn.granted])
                await buckets.leave(tx, self._pace.bot, replace(bucket, level=left))
        return drawn

    def _tell(self, waiting: Sequence[_Waiting], drawn: Drawn) -> None:
        """Say to each when it goes, or that it must come again; the others stay in line."""
        now = self._pace.clock()
        self._pace.learn(drawn.bucket)
        for n, (one, wait) in enumerate(zip(waiting, drawn.waits, strict=True)):
            if n < drawn.granted:
                one.go_at = now + wait
            elif drawn.bucket.halted or now + wait > one.until:
                one.come_again = max(drawn.bucket.halted, wait)
        self._waiting = [one for one in self._waiting if one.go_at is None and one.come_again is None]
        if self._waiting and drawn.granted < len(waiting):
            self._not_before = now + max(drawn.waits[drawn.granted] - AHEAD, AHEAD / 2)
