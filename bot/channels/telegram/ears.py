"""One update of Telegram, taken to the front door; groups that are not ours are left politely."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.hearing import Elsewhere, heard_of
from bot.content import telegram as words
from bot.content.language import locale_of, speaking
from bot.intake import Heard, Intake
from storage.dead_letters import Trouble, trail

log = structlog.get_logger('telegram')


TRIES = 3  # of leaving a group


class Unreadable(Exception):
    """What Telegram gave has no number: it is no update, and nothing confirms it."""


def ignore() -> None:
    """Do nothing when it is kept."""


class Ears:
    """What poller and webhook hand their updates to; `staff_group` is the only group that the bot stays in."""

    def __init__(self, intake: Intake, channel: TelegramChannel, staff_group: int | None = None) -> None:
        self.channel = channel
        self._intake = intake
        self._staff_group = staff_group
        self._left: set[int] = set()  # groups we have just left: what was written there meanwhile still comes

    async def take(self, update: dict[str, Any], kept: Callable[[], None] = ignore) -> None:
        """Hear one update; `kept` is called when it is committed, before it is answered. Raises StoreDown."""
        found = heard_of(update)
        if isinstance(found, Heard):
            await self._intake.hear(self.channel, found, kept)
            return
        kept()
        if found is None:
            log.info('an update of a kind that is not answered', update=update.get('update_id'))
        elif found.chat_id != self._staff_group:
            await self._leave(found)

    async def _leave(self, group: Elsewhere) -> None:
        """Say why, and go; who does not let us speak is left without a word."""
        if group.went or (group.chat_id in self._left and not group.came):
            return
        with speaking(locale_of(group.language_code)):
            why = words.not_for_groups()
        with suppress(TelegramAPIError, ClientDecodeError):
            await self.channel.ask('sendMessage', {'chat_id': group.chat_id, 'text': why})
        for _try in range(TRIES):
            if await self._go(group.chat_id):
                self._left.add(group.chat_id)
                log.info('left a group')
                return

    async def _go(self, chat_id: int) -> bool:
        """Leave a group; False where it is to be tried again, after the time that a 429 names."""
        try:
            await self.channel.ask('leaveChat', {'chat_id': chat_id})
        except TelegramRetryAfter as halt:
            await asyncio.sleep(halt.retry_after)
        except (TelegramForbiddenError, TelegramBadRequest):
            return True  # we are out already
        except (TelegramAPIError, ClientDecodeError) as fault:
            log.warning('a group could not be left', kind=type(fault).__name__)
        else:
            return True
        return False


def chat_of(update: dict[str, Any]) -> int | None:
    """Name the chat whose updates must stay in order with this one."""
    found = heard_of(update)
    return None if found is None else found.chat_id


def log_unheard(fault: BaseException, number: int | None = None) -> None:
    """Say that an update was passed over, under a reference; an error's own words may repeat what is in it."""
    trouble = Trouble.of(fault)
    log.error('not heard', reference=trouble.reference, kind=trouble.kind, where=trail(fault), update=number)
