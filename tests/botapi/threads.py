"""The server in a thread of its own, for tests that block."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.botapi.api import BotApi
from tests.botapi.server import serving


@contextmanager
def in_thread() -> Iterator[BotApi]:
    """Serve until the end of the block. Users act from any thread; `await user.sees(…)` works in any event loop."""
    api, ready = BotApi(), threading.Event()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving(api):
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(5), 'the server did not start'
        yield api
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
