"""What a channel is to the front door: it hands updates in, keeps replies in the turn, speaks after the commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.content.calls import Call
from storage.arrivals import Conversation
from storage.store import Tx


class Outcome(StrEnum):
    """What became of an update at the door."""

    HEARD = 'heard'
    AGAIN = 'again'
    REFUSED = 'refused'
    FLOODED = 'flooded'
    DEAD = 'dead'
    GAP = 'gap'
    SIGNED_OUT = 'signed_out'


class TurnedAway(Exception):
    """Nothing of an update was kept: it may be sent again after `retry_after` seconds; `code` says why."""

    def __init__(self, code: str, retry_after: int) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Heard:
    """An update in Telegram's shape and its key, unique on (channel, bot).

    `follows` is a key that must have been heard before; `album` the media group; `echo` what the channel's own
    wire shows of it to the person's other devices; `session` the chat's session that its sender was let into.
    `network` is a keyed digest of where it came from, where the channel knows; `opening` is asked before somebody
    new gets a chat, and may raise TurnedAway.
    """

    key: str
    chat_id: int
    update: dict[str, Any]
    follows: str | None = None
    language_code: str | None = None
    album: str | None = None
    echo: dict[str, Any] | None = None
    session: int | None = None
    network: str | None = None
    opening: Callable[[datetime], None] | None = None


class Fate(StrEnum):
    """What came of speaking one call; after the last four the channel says nothing more of the same update."""

    SAID = 'said'
    REFUSED = 'refused'  # the platform will never take it; the next call may still be said
    AWAY = 'away'  # the person has blocked us or is gone
    HALTED = 'halted'  # too much was said: nothing may be said until later
    UNSENT = 'unsent'  # it certainly did not arrive
    DOUBTFUL = 'doubtful'  # it may have arrived


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of speaking one call; the message's id where the platform gives one, `wait` seconds after HALTED."""

    position: int
    message_id: int | None = None
    fate: Fate = Fate.SAID
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What is left to say of a kept update: calls with their positions; and what came of the others.

    `said` is as it is kept: [position, message id], or [position, None, 'doubtful'] for what may have arrived once.
    """

    calls: Sequence[tuple[int, Call]] = ()
    said: Sequence[list[Any]] = ()


class Channel(Protocol):
    """One way to people.

    `keeps_uploads`: photos lie in our store before their update comes; `has_page`: the chat is a page of ours, which
    shows the data notice before anything can be sent, has large type, and moves to another device by a code.
    """

    name: str
    bot: int
    keeps_uploads: bool
    has_page: bool

    async def keep(
        self, tx: Tx, conversation: Conversation, heard: Heard | None, calls: Sequence[Call]
    ) -> Sequence[Call]:
        """Write within the turn what this channel says from our own store; give back what must be spoken."""

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        """Say calls (with their positions) after the commit, up to the first that cannot be said now.

        What is not in the answer stays unsaid.
        """
