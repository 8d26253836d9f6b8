"""Long polling: one queue per chat, and the offset never passes what is not kept yet.

aiogram's own polling moves the offset as soon as an update is handed out, so that a crash loses it; here Telegram
gives again whatever was not committed, and the front door knows what it heard before.
"""

import asyncio
import time
from collections import deque
from random import uniform
from typing import Any

import structlog
from aiogram.exceptions import TelegramConflictError, TelegramNotFound, TelegramRetryAfter, TelegramUnauthorizedError

from bot.channels.telegram.ears import Ears, Unreadable, chat_of, log_unheard
from bot.channels.telegram.hearing import KINDS
from bot.intake import TurnedAway
from storage.store import StoreDown

LONGEST_PAUSE = 30.0  # seconds between tries while nothing goes
MOST = 100  # updates a request, Telegram's own limit
QUIET = 6 * 24 * 60 * 60.0  # seconds without any update, after which numbers may begin anew

log = structlog.get_logger('telegram')


class Poller:
    """Fetches updates for ever; `patience` is how many seconds Telegram holds a request that finds nothing."""

    def __init__(self, ears: Ears, *, patience: int = 50) -> None:
        self._ears = ears
        self._wire = ears.channel.wire
        self._patience = patience
        self._open: set[int] = set()  # fetched and not committed
        self._next = 0
        self._heard_at = time.monotonic()
        self._queues: dict[int | None, deque[dict[str, Any]]] = {}
        self._kept = asyncio.Event()

    async def run(self) -> None:
        """Fetch and hear until cancelled; a fault of Telegram or of the network is waited out."""
        failed = 0
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    updates = await self._fetch()
                except Exception as fault:
                    failed += 1
                    await asyncio.sleep(self._pause(fault, failed))
                else:
                    failed = 0
                    if not self._take(updates, group) and updates:
                        await self._until_kept()

    @property
    def offset(self) -> int:
        """The lowest update that is not committed yet, or the next one; 0 asks for whatever there is.

        After a week without any, Telegram chooses the next number at random (Bot API, Update), perhaps a lower one.
        """
        if time.monotonic() - self._heard_at > QUIET:
            self._next = 0
        return min(self._open, default=self._next)

    async def _fetch(self) -> list[dict[str, Any]]:
        self._kept.clear()
        params = {
            'offset': self.offset,
            'limit': MOST,
            'timeout': self._patience,
            'allowed_updates': list(KINDS),
        }
        return _numbered(await self._wire.call('getUpdates', params, patience=self._patience + 10))

    def _take(self, updates: list[dict[str, Any]], group: asyncio.TaskGroup) -> bool:
        """Queue what is new; tell whether anything was."""
        new = [update for update in updates if update['update_id'] >= self._next]
        for update in new:
            self._heard_at = time.monotonic()
            self._next = update['update_id'] + 1
            self._open.add(update['update_id'])
            chat = _chat_of(update)
            if chat in self._queues:
                self._queues[chat].append(update)
            else:
                self._queues[chat] = deque([update])
                group.create_task(self._hear_in_order(chat))
        return bool(new)

    async def _hear_in_order(self, chat: int | None) -> None:
        queue = self._queues[chat]
        while queue:
            await self._hear(queue[0])
            queue.popleft()
        del self._queues[chat]

    async def _hear(self, update: dict[str, Any]) -> None:
        """Hear one update, as often as the store is down."""
        number, failed = update['update_id'], 0
        while number in self._open:
            try:
                await self._ears.take(update, lambda: self._close(number))
            except StoreDown:
                failed += 1
                log.warning('the store is down; the update waits', update=number)
                await asyncio.sleep(back_off(failed))
            except TurnedAway:
                self._close(number)  # far over the limit of its chat: nothing of it is kept
            except Exception as fault:
                log_unheard(fault, number)
                self._close(number)

    def _close(self, number: int) -> None:
        self._open.discard(number)
        self._kept.set()

    async def _until_kept(self) -> None:
        """Telegram gave only what is being heard: ask again when something is kept, or soon."""
        try:
            async with asyncio.timeout(0.2):
                await self._kept.wait()
        except TimeoutError:
            return

    def _pause(self, fault: Exception, failed: int) -> float:
        """Say in one line why nothing was fetched, and give the seconds until the next try."""
        if isinstance(fault, TelegramRetryAfter):
            return float(fault.retry_after)
        if isinstance(fault, TelegramConflictError):
            log.error('another program polls with this token, or a webhook is set: stop one of them')
        elif isinstance(fault, TelegramUnauthorizedError | TelegramNotFound):
            log.error('Telegram refuses LVBI_TELEGRAM_TOKEN: look at it, then start again')
            return LONGEST_PAUSE
        else:
            log.warning('Telegram cannot be reached', kind=type(fault).__name__, tries=failed)
        return back_off(failed)


def back_off(failed: int) -> float:
    """Wait 1, 2, 4 … seconds, at most 30, half to one and a half of it."""
    return min(2.0 ** (failed - 1), LONGEST_PAUSE) * uniform(0.5, 1.5)


def _numbered(found: list[Any]) -> list[dict[str, Any]]:
    """Pass over what is no update. Raises Unreadable when there is nothing else."""
    updates = [one for one in found if isinstance(one, dict) and isinstance(one.get('update_id'), int)]
    if len(updates) < len(found):
        log_unheard(Unreadable())
        if not updates:
            raise Unreadable
    return updates


def _chat_of(update: dict[str, Any]) -> int | None:
    """Name the queue of an update; one that cannot be read has none: hearing it will say what is wrong with it."""
    try:
        chat = chat_of(update)
    except Exception:
        return None
    return chat if isinstance(chat, int) else None
