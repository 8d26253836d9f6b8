"""The media store itself: put, get, stream, delete, list, and a check that says what is wrong."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import obstore
from obstore.store import LocalStore, S3Store

from storage.media import places
from storage.media.keys import PROBE, check_key, check_prefix, is_key, new_key
from storage.media.trouble import MediaMissing, MediaUnreachable, check_bucket, reaching

if TYPE_CHECKING:
    from obstore import GetResult  # exists for type checkers only

CHUNK = 256 * 1024  # bytes; the pieces of a stream are at least this long, except the last
PART = 8 * 1024 * 1024  # bytes; what is longer travels to an S3 in parts of this length


class MediaStore:
    """Files under random keys. Every verb raises ValueError on what is no key, and MediaUnreachable."""

    def __init__(self, store: LocalStore | S3Store, name: str, folder: places.Folder | None = None) -> None:
        self._store = store
        self._folder = folder
        self.name = name  # for people: the path, or s3://bucket/prefix

    @classmethod
    def open(cls, url: str, options: places.Options | None = None) -> Self:
        """A folder (path or file://…, made when missing) or s3://bucket/prefix; nothing is asked of S3 yet.

        `options`, for S3 only: endpoint, access_key_id, secret_access_key, region, allow_http (bool),
        session_token, virtual_host (bool). Raises ValueError on a wrong url or option, MediaUnreachable when
        the folder cannot be made.
        """
        path = places.local_path(url)
        if path is None:
            return cls(places.open_s3(url, options or {}), url.rstrip('/'))
        with reaching(str(path), 'opened'):
            store, folder = places.open_folder(path)
        return cls(store, str(path), folder)

    async def put(self, key: str, data: bytes) -> None:
        """Keeps `data`, wholly or not at all; when this returns, a power cut does not lose it."""
        check_key(key)
        with self._reaching('written'):
            if self._folder:
                await asyncio.to_thread(self._folder.prepare, key)
            await obstore.put_async(self._store, key, data, use_multipart=False)
            if self._folder:
                await asyncio.to_thread(self._folder.settle, key)

    async def put_file(self, key: str, source: Path) -> None:
        """Keeps the bytes of a file of this machine as `put` does, without holding more than two parts of it."""
        check_key(key)
        with self._reaching('written'):
            if self._folder:
                await asyncio.to_thread(self._folder.prepare, key)
            await obstore.put_async(self._store, key, source, chunk_size=PART, max_concurrency=2)
            if self._folder:
                await asyncio.to_thread(self._folder.settle, key)

    async def get(self, key: str) -> bytes:
        """The whole file. Raises MediaMissing(key)."""
        result = await self._found(key)
        with self._reaching('read'):
            return bytes(await result.bytes_async())

    async def part(self, key: str, start: int, length: int) -> bytes:
        """So many bytes of the file from `start` on; they must be there. Raises MediaMissing(key)."""
        check_key(key)
        with self._reaching('read'):
            self._check_folder()
            try:
                return bytes(await obstore.get_range_async(self._store, key, start=start, length=length))
            except FileNotFoundError as error:
                check_bucket(error)
                raise MediaMissing(key) from None

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The file in pieces: `async for piece in await media.stream(key)`. Raises MediaMissing(key) at once."""
        return self._pieces(await self._found(key))

    async def _found(self, key: str) -> 'GetResult':
        check_key(key)
        with self._reaching('read'):
            self._check_folder()
            try:
                return await obstore.get_async(self._store, key)
            except FileNotFoundError as error:
                check_bucket(error)
                raise MediaMissing(key) from None

    async def _pieces(self, result: 'GetResult') -> AsyncIterator[bytes]:
        with self._reaching('read'):
            async for piece in result.stream(min_chunk_size=CHUNK):
                yield bytes(piece)

    async def delete(self, key: str) -> None:
        """Takes the file away for good; that it was not there is fine."""
        check_key(key)
        with self._reaching('cleared'):
            self._check_folder()
            try:
                await obstore.delete_async(self._store, key)
            except FileNotFoundError as error:
                check_bucket(error)
                return
            if self._folder:
                await asyncio.to_thread(self._folder.settle_gone, key)

    async def keys(self, prefix: str = '') -> AsyncIterator[str]:
        """All keys, in no order; `prefix` is a kind ('clean') or one of its folders ('clean/2f')."""
        async for key, _written in self.entries(prefix):
            yield key

    async def entries(self, prefix: str = '') -> AsyncIterator[tuple[str, datetime]]:
        """All keys as `keys` gives them, each with the moment (UTC) when it was written."""
        check_prefix(prefix)
        with self._reaching('listed'):
            self._check_folder()
            async for batch in obstore.list(self._store, prefix or None):
                for entry in batch:
                    if is_key(entry['path']):
                        yield entry['path'], entry['last_modified']

    async def check(self) -> None:
        """Writes, reads and takes away a probe. Raises MediaUnreachable with a sentence for the operator."""
        key, data = new_key(PROBE), secrets.token_bytes(64)
        await self.put(key, data)
        try:
            same = await self.get(key) == data
        except MediaMissing:
            same = False
        await self.delete(key)
        if not same:
            raise MediaUnreachable(f'The media store {self.name} does not give back what was written to it.')

    async def sweep(self, *, now: datetime) -> int:
        """Takes away what a crash left half-written for over an hour; how many files. S3 keeps no halves."""
        if self._folder is None:
            return 0
        with self._reaching('cleared'):
            return await asyncio.to_thread(self._folder.sweep, now)

    def _reaching(self, doing: str) -> AbstractContextManager[None]:
        return reaching(self.name, doing)

    def _check_folder(self) -> None:
        """A folder that is gone must not look like a store with nothing in it."""
        if self._folder:
            self._folder.check_there()
