"""Updates that wait for the bot, as getUpdates documents them."""

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.botapi.bells import Bell
from tests.botapi.refusals import Refused

Update = dict[str, Any]

# "except chat_member, message_reaction, and message_reaction_count (default)" (Bot API, getUpdates)
ONLY_WHEN_ASKED = {'chat_member', 'message_reaction', 'message_reaction_count'}
FIRST = 700_000_001
# Telegram answers after 50 seconds however long a poll was to be.
LONGEST_POLL = 50
OTHER_POLL = 'terminated by other getUpdates request; make sure that only one bot instance is running'
WEBHOOK_SET = 'terminated by setWebhook request'
WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Updates:
    """The bot's queue, kept until confirmed; `hand_over` gives each to the webhook while there is one."""

    def __init__(self) -> None:
        self.pending: dict[int, Update] = {}
        self.allowed: set[str] = set()
        self.given: list[int] = []
        self.happened: list[Update] = []  # all that was ever queued, in order
        self.hand_over: Callable[[Update], None] | None = None
        self._bell = Bell()
        self._ids = itertools.count(FIRST)
        self._again: list[Update] = []
        self._held: list[Update] | None = None
        self.polls = self._polling = 0

    def add(self, kind: str, body: dict[str, Any]) -> Update:
        """Queue what happened, unless the bot did not ask for its kind; it gets its id when it is let go."""
        update = {kind: body}
        if not self._wanted(kind):
            return update
        if self._held is None:
            self._queue(update)
        else:
            self._held.append(update)
        return update

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED

    def _queue(self, update: Update) -> None:
        update['update_id'] = next(self._ids)
        self.pending[update['update_id']] = update
        self.happened.append(update)
        self._bell.ring()
        if self.hand_over:
            self.hand_over(update)

    @contextmanager
    def held(self, shuffle: random.Random | None = None) -> Iterator[None]:
        """Keep updates back until the end of the block; with `shuffle` they then come mixed."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for update in shuffled(held, shuffle) if shuffle else held:
                self._queue(update)

    def redeliver(self, *updates: Update) -> None:
        """Deliver updates once more with their old ids, as Telegram does when it did not hear the answer."""
        if self.hand_over is None:
            self._again += updates
            self._bell.ring()
            return
        for update in updates:
            self.hand_over(update)

    async def poll(self, offset: int, limit: int, within: float) -> list[Update]:
        """Answer getUpdates within so many seconds; raises Refused (409) when another one comes meanwhile."""
        if self.hand_over:
            raise conflict(WEBHOOK)
        self._confirm(offset)
        self.polls += 1
        self.end_polls()
        mine = self._polling
        limit = min(max(limit, 1), 100)
        found = await self._bell.until(
            lambda: self._polling != mine or self._first(limit), within=min(within, LONGEST_POLL)
        )
        if found is True:
            raise conflict(WEBHOOK_SET if self.hand_over else OTHER_POLL)
        self._again = self._again[limit:]
        self.given += [update['update_id'] for update in found]
        return list(found)

    async def polled(self, times: int = 1, within: float = 5) -> None:
        """Wait until the bot polled so often, or still does; raises AssertionError."""
        assert await self._bell.until(lambda: self.polls >= times, within), f'polled {self.polls} times'

    def end_polls(self) -> None:
        """Whoever polls looks, and finds that it is not his turn any more."""
        self._polling += 1
        self._bell.ring()

    def confirm(self, update_id: int) -> None:
        """Forget an update that was heard."""
        self.given.append(update_id)
        self.pending.pop(update_id, None)
        self._bell.ring()

    async def heard(self, times: int, within: float = 5) -> None:
        """Wait until so many updates were given to the bot (polling) or answered by it; raises AssertionError."""
        assert await self._bell.until(lambda: len(self.given) >= times, within), f'{len(self.given)} were heard'

    def drop(self) -> None:
        """Forget all that waits."""
        self.pending.clear()
        self._again.clear()

    def _first(self, limit: int) -> list[Update]:
        return [*self._again, *itertools.islice(self.pending.values(), limit)][:limit]

    def _confirm(self, offset: int) -> None:
        """Forget what is below a positive offset; a negative one keeps that many of the newest."""
        below = itertools.takewhile(lambda known: known < offset, self.pending)
        for known in list(self.pending)[:offset] if offset < 0 else list(below):
            del self.pending[known]


def conflict(words: str) -> Refused:
    """Two ways of hearing at once."""
    return Refused(409, f'Conflict: {words}', foreseeable=False)


def shuffled(updates: list[Update], by: random.Random) -> list[Update]:
    """Mix chats at random and members of an album with each other; else a chat's order stays."""
    lanes: dict[int, list[Update]] = {}
    for update in updates:
        lanes.setdefault(chat_of(update), []).append(update)
    ready = [_mixed_albums(lane, by) for lane in lanes.values()]
    turns = [number for number, lane in enumerate(ready) for _ in lane]
    by.shuffle(turns)
    return [ready[number].pop(0) for number in turns]


def _mixed_albums(lane: list[Update], by: random.Random) -> list[Update]:
    mixed: list[Update] = []
    for _, run in itertools.groupby(lane, key=lambda update: update.get('message', {}).get('media_group_id')):
        members = list(run)
        if members[0].get('message', {}).get('media_group_id'):
            by.shuffle(members)
        mixed += members
    return mixed


def chat_of(update: Update) -> int:
    """The chat whose order an update belongs to, else 0."""
    body = next(value for key, value in update.items() if key != 'update_id')
    body = body.get('message', body) if 'chat_instance' in body else body
    return int(body.get('chat', body.get('from', {'id': 0}))['id'])
