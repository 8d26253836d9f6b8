"""What came of a call, read from what aiogram raised (mechanics as in ARCHITECTURE.md, "Decisions")."""

import aiohttp
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.intake.channel import Fate, Spoken

# What a repeated call may meet though it did its work the first time.
DONE_BEFORE = ('message is not modified', 'query is too old', 'query id is invalid', 'message to delete not found')
# A chat that is not there for us any more; Telegram says this with 400 as well as with 403.
NOBODY = ('chat not found', 'user is deactivated', 'peer_id_invalid')
OURS = 60.0  # seconds to wait when the token is refused: an operator must act


def fate_of(position: int, fault: Exception) -> Spoken:
    """Give what came of the call at `position` that ended with `fault`."""
    if isinstance(fault, TelegramRetryAfter):
        return Spoken(position, fate=Fate.HALTED, wait=float(fault.retry_after))
    if isinstance(fault, TelegramUnauthorizedError | TelegramNotFound):
        return Spoken(position, fate=Fate.HALTED, wait=OURS)
    return Spoken(position, fate=_fate(fault))


def _fate(fault: Exception) -> Fate:
    if isinstance(fault, TelegramForbiddenError):
        return Fate.AWAY
    if isinstance(fault, TelegramBadRequest | TelegramEntityTooLarge):
        return fate_of_refusal(fault.message)
    if isinstance(fault, TelegramServerError):
        return Fate.UNSENT  # the server itself says that it did not do it
    if isinstance(fault, TelegramNetworkError):
        return Fate.UNSENT if not_sent(fault.__cause__) else Fate.DOUBTFUL
    if isinstance(fault, TelegramAPIError) and not isinstance(fault, ClientDecodeError):
        return Fate.REFUSED
    return Fate.DOUBTFUL


def fate_of_refusal(description: str) -> Fate:
    """Read Telegram's description of a 400."""
    said = description.lower()
    if any(words in said for words in DONE_BEFORE):
        return Fate.SAID
    return Fate.AWAY if any(words in said for words in NOBODY) else Fate.REFUSED


def not_sent(cause: BaseException | None) -> bool:
    """Tell whether a connection was never made, so that nothing can have arrived."""
    return isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
