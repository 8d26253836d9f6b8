"""One request to the Bot API after its parameters were checked."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.botapi.kinds import Upload

if TYPE_CHECKING:
    from tests.botapi.api import BotApi


@dataclass(frozen=True)
class Call:
    """What the bot asked for. `at` is the monotonic clock in seconds."""

    method: str
    params: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict, repr=False)
    at: float = field(default_factory=time.monotonic)

    @property
    def chat(self) -> int | None:
        """The chat it is about."""
        return self.params.get('chat_id')

    @property
    def text(self) -> str:
        """Its words: a text or a caption."""
        return str(self.params.get('text', self.params.get('caption', '')))


Doing = Callable[['BotApi', Call], Any]
# What each method does; filled by the modules that hold them.
METHODS: dict[str, Doing] = {}


def does(*names: str) -> Callable[[Doing], Doing]:
    """Mark a function as what these methods do; it gives the `result` of the answer, or raises Refused."""

    def mark(doing: Doing) -> Doing:
        METHODS.update(dict.fromkeys(names, doing))
        return doing

    return mark
