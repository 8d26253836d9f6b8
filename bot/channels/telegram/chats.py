"""How fast one chat may be spoken to, and which chats must be silent; each process counts for itself.

That is enough: a chat's turns and its notices are in one worker's hands at a time, Telegram bears short bursts, and
where two processes speak to a chat that Telegram silenced, the second one's first call meets the same 429. A row
for each chat would cost a transaction for each reply.
"""

from collections.abc import Callable
from dataclasses import dataclass

IN_CHAT = 1.0  # seconds between two messages of a chat (core.telegram.org/bots/faq) …
AT_ONCE = 20  # … after so many (product default: two cards with their albums)
SWEPT = 20.0  # seconds until the sweep has begun with what was left to it (jobs/sweep.py, jobs/timetable.py)
MOST_CHATS = 1000


@dataclass(slots=True)
class _Chat:
    free_at: float  # when all that went would have gone at one message a second
    left_until: float  # when the sweep should have said what was left to it
    silent_until: float  # when Telegram will take something again

    def over(self, now: float) -> bool:
        return max(self.free_at, self.left_until, self.silent_until) <= now


class Chats:
    """What this process said lately to each chat, and what it left unsaid; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._chats: dict[int, _Chat] = {}

    def enter(self, chat: int, messages: int) -> float:
        """Count messages that go now, or give the seconds until they may."""
        one, now = self._of(chat), self._clock()
        free_at = max(one.free_at, now)
        wait = max(0.0, free_at - now + (messages - AT_ONCE) * IN_CHAT) if messages else 0.0
        if not wait:
            one.free_at = free_at + messages * IN_CHAT
        return wait

    def leave(self, chat: int, messages: int) -> None:
        """Note that replies were left to the sweep: until it should be through, nothing newer may overtake them."""
        one = self._of(chat)
        one.left_until = max(one.left_until, self._clock() + SWEPT) + messages * IN_CHAT

    def left(self, chat: int) -> float:
        """Give the seconds for which the sweep still has something to say."""
        return max(0.0, self._of(chat).left_until - self._clock())

    def silence(self, chat: int, seconds: float) -> bool:
        """Say nothing to a chat for a while; tells whether another one is silent at this moment."""
        one, now = self._of(chat), self._clock()
        one.silent_until = max(one.silent_until, now + seconds)
        one.left_until = max(one.left_until, one.silent_until + SWEPT)
        return any(other.silent_until > now for other in self._chats.values() if other is not one)

    def silent(self, chat: int) -> float:
        """Give the seconds for which nothing may be said to a chat."""
        return max(0.0, self._of(chat).silent_until - self._clock())

    def _of(self, chat: int) -> _Chat:
        now = self._clock()
        if len(self._chats) > MOST_CHATS:
            self._chats = {known: one for known, one in self._chats.items() if not one.over(now)}
        return self._chats.setdefault(chat, _Chat(now, now, now))
