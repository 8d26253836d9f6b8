"""Trouble that a test orders: for a method, for a chat, so many times."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.botapi.bells import Bell
from tests.botapi.refusals import Refused

Answer = int | Literal['hang', 'drop', 'broken']

WORDS = {
    400: 'Bad Request: something is wrong',
    401: 'Unauthorized',
    403: 'Forbidden: bot was blocked by the user',
    404: 'Not Found',
    409: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    413: 'Request Entity Too Large',
}
DOWNLOAD = 'download'


@dataclass(eq=False)
class Trouble:
    """What goes wrong; `met` counts how often it did. `carried_out`: the method took effect all the same."""

    method: str
    answer: Answer
    times: float = 1
    chat: int | None = None
    retry_after: int = 1
    carried_out: bool = False
    met: int = 0
    released: bool = False
    bell: Bell = field(default_factory=Bell)

    def fits(self, method: str, chat: Any) -> bool:
        """Whether it strikes this call."""
        return (
            self.met < self.times
            and self.method.lower() in ('*', method.lower())
            and (self.chat is None or str(self.chat) == str(chat))
        )

    def meet(self) -> None:
        """Count that it struck."""
        self.met += 1
        self.bell.ring()

    async def struck(self, times: int = 1, within: float = 5) -> None:
        """Wait until it struck so often; raises AssertionError."""
        assert await self.bell.until(lambda: self.met >= times, within), f'{self} was met {self.met} times'

    def release(self) -> None:
        """Let everything go that hangs, and strike no more."""
        self.released = True
        self.times = 0
        self.bell.ring()

    async def hang(self) -> None:
        """Wait for the release."""
        while not await self.bell.until(lambda: self.released, within=3600):
            pass

    def refusal(self) -> Refused:
        """The answer in JSON, for 4xx."""
        code = int(self.answer)
        if code == 429:
            words = f'Too Many Requests: retry after {self.retry_after}'
            return Refused(429, words, retry_after=self.retry_after)
        return Refused(code, WORDS.get(code, 'Bad Request'))


class Troubles:
    """All that was ordered, the oldest first."""

    def __init__(self) -> None:
        self._ordered: list[Trouble] = []

    def order(self, trouble: Trouble) -> Trouble:
        """Let it strike from now on."""
        self._ordered.append(trouble)
        return trouble

    def strike(self, method: str, chat: Any) -> Trouble | None:
        """The trouble of this call, counted."""
        found = next((trouble for trouble in self._ordered if trouble.fits(method, chat)), None)
        if found:
            found.meet()
        return found

    def end(self) -> None:
        """Let everything go; nothing strikes any more."""
        for trouble in self._ordered:
            trouble.release()

    def __iter__(self) -> Iterator[Trouble]:
        return iter(self._ordered)
