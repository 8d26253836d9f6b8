"""Files on their way in: fetched from a platform that keeps them, and laid down before they have their rows."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from storage import doomed
from storage.media import MediaStore
from storage.store import Store, StoreDown

Content = bytes | Path
# Fetch a file by its id there to a path, at most so many bytes. Raises NotFetched, NeverFetched.
Fetch = Callable[[str, Path, int], Awaitable[None]]


class NotFetched(Exception):
    """A file could not be fetched now; it may come later, not before `wait` seconds if the platform says so."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class NeverFetched(Exception):
    """The platform will not give a file; `code` is too_big or gone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@asynccontextmanager
async def laid_down(store: Store, media: MediaStore, files: Mapping[str, Content]) -> AsyncIterator[None]:
    """Put files (by key) into the media store; the block gives them their rows and spares them (`doomed.keep`).

    When the block raises, they go at once; when we die, in an hour. Raises MediaUnreachable, StoreDown.
    """
    keys = list(files)
    async with store.begin() as tx:
        await doomed.doom_unless_kept(tx, keys)
    try:
        for key, content in files.items():
            await (media.put(key, content) if isinstance(content, bytes) else media.put_file(key, content))
        yield
    except BaseException:
        await _let_go(store, keys)
        raise


async def _let_go(store: Store, keys: list[str]) -> None:
    """Let the files go now; a store that is down lets them go in an hour by itself."""
    try:
        async with store.begin() as tx:
            await doomed.doom_now(tx, keys)
    except StoreDown:
        return
