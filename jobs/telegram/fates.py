"""What came of a call, read from what python-telegram-bot raised; a 400 is read as with aiogram."""

import httpx
from telegram.error import NetworkError

from bot.channels.telegram.fates import OURS, fate_of_refusal
from bot.intake.channel import Fate, Spoken
from jobs.telegram.limiter import NotNow
from jobs.telegram.request import NotDone

# Nobody was reached, so nothing can have arrived.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def fate_of(position: int, fault: Exception) -> Spoken:
    """Give what came of the call at `position` that ended with `fault`."""
    if isinstance(fault, NotNow):
        return Spoken(position, fate=Fate.HALTED, wait=fault.wait)
    if isinstance(fault, NotDone):
        return _answered(position, fault)
    # An error of the network is told apart by what caused it: a time-out while connecting from one while waiting.
    unsent = isinstance(fault, NetworkError) and isinstance(fault.__cause__, NOT_SENT)
    return Spoken(position, fate=Fate.UNSENT if unsent else Fate.DOUBTFUL)


def _answered(position: int, answer: NotDone) -> Spoken:
    match answer.code:
        case 429:
            return Spoken(position, fate=Fate.HALTED, wait=answer.wait)
        case 401 | 404:
            return Spoken(position, fate=Fate.HALTED, wait=OURS)
        case 403:
            return Spoken(position, fate=Fate.AWAY)
        case 400 | 413:
            return Spoken(position, fate=fate_of_refusal(answer.description))
    # From 500 on the server itself says that it did not do it.
    return Spoken(position, fate=Fate.UNSENT if answer.code >= httpx.codes.INTERNAL_SERVER_ERROR else Fate.REFUSED)
