"""What must hold in the end, whatever happened: nothing lost, nothing doubled, what is uncertain is shown."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable

from tests.botapi import BotApi
from tests.botapi.users import User
from tests.system.conftest import Rows

TAKEN_UP = '已经受理'
PATIENCE = 180  # seconds; a moment is usual, but after many kills a chat's backlog goes three messages a sweep


def told(api: BotApi, user: User) -> Counter[str]:
    """How often each text was sent to somebody."""
    return Counter(call.params['text'] for call in api.sent(chat=user.chat.id) if 'text' in call.params)


async def heard_once(api: BotApi, rows: Rows) -> None:
    """Each update that ever was is kept, once."""
    kept = [key for (key,) in await rows('SELECT key FROM inbox ORDER BY id')]
    assert sorted(kept) == sorted(str(update['update_id']) for update in api.updates.happened)


async def settled(api: BotApi, rows: Rows) -> None:
    """Wait until all that happened is heard, and all is quiet."""
    await until(lambda kept: kept >= len(api.updates.happened), rows, 'SELECT count(*) FROM inbox')
    await quiet(rows)


async def quiet(rows: Rows) -> None:
    """Wait until every reply is said, and no notice and no file waits: the store of another process rings no bell."""
    for query in (UNSAID, WAITING, UNFETCHED):
        await until_none(rows, query)


UNSAID = 'SELECT count(*) FROM inbox WHERE unsaid > 0'
WAITING = "SELECT count(*) FROM outbox WHERE state IN ('due', 'claimed', 'calling')"
UNFETCHED = "SELECT count(*) FROM photos WHERE state = 'pending'"


async def until_none(rows: Rows, query: str) -> None:
    """Look again and again until a count is 0."""
    await until(lambda counted: counted == 0, rows, query)


async def until_some(rows: Rows, query: str) -> None:
    """Look again and again until a count is not 0."""
    await until(lambda counted: counted > 0, rows, query)


async def until(enough: Callable[[int], bool], rows: Rows, query: str) -> None:
    """Look again and again, at most three minutes. Raises AssertionError."""
    for pause in itertools.repeat(0.1, PATIENCE * 10):
        [(counted,)] = await rows(query)
        if enough(counted):
            return
        await asyncio.sleep(pause)
    raise AssertionError(f'still: {query} gives {counted}')


async def notices(rows: Rows) -> Counter[str]:
    """How many notices ended in each state."""
    return Counter(state for (state,) in await rows('SELECT state FROM outbox'))


def said_at_most_twice(api: BotApi, user: User) -> None:
    """What was said in answer is said at most once more; an edit that comes again is refused, and harms nobody."""
    assert not (more := {text: n for text, n in told(api, user).items() if n > 2}), more
    api.refused[:] = [one for one in api.refused if 'message is not modified' not in one.words]
