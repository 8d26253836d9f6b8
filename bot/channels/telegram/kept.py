"""Files of ours on their way to Telegram: uploaded once, then sent by the id that Telegram gave them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from storage import sent_files
from storage.files import find_media
from storage.media import MediaMissing, MediaStore
from storage.store import Store, StoreDown


class FileGone(Exception):
    """A file that was to be sent is not there any more."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file that Telegram does not have yet."""

    token: str
    name: str
    data: bytes


# Of each file that a call names, by token: the id that Telegram gave it, or its content.
Found = dict[str, str | Content]


class KeptFiles:
    """Files of the media store as one bot sends them."""

    def __init__(self, store: Store, media: MediaStore, bot: int) -> None:
        self.store = store
        self._media = media
        self._bot = bot

    async def take(self, params: dict[str, Any]) -> Found:
        """Find every kept file that a call's parameters name, by token. Raises FileGone."""
        return {token: await self._find(token, name) for token, name in kept_in(params)}

    async def _find(self, token: str, name: str) -> str | Content:
        async with self.store.read() as tx:
            media_key = await find_media(tx, token)
            known = await sent_files.find(tx, self._bot, token)
        if media_key is None:
            raise FileGone(name)  # though Telegram may have it still
        if known:
            return known
        try:
            return Content(token, name, await self._media.get(media_key))
        except MediaMissing:
            raise FileGone(name) from None

    async def remember(self, found: Found, result: Any) -> None:
        """Note the ids that Telegram gave to what was uploaded, so that it need not be uploaded again."""
        ids = file_ids(result)
        if len(ids) != len(found):
            return
        new = {token: ids[n] for n, token in enumerate(found) if isinstance(found[token], Content)}
        if new:
            with suppress(StoreDown):  # it was sent: an unknown id costs an upload, no more
                async with self.store.begin() as tx:
                    await sent_files.remember(tx, self._bot, new)

    async def forget(self, found: Found) -> bool:
        """Forget ids that Telegram refuses; True when there were any, so that the files can be uploaded anew."""
        stale = [token for token, there in found.items() if isinstance(there, str)]
        if stale:
            async with self.store.begin() as tx:
                await sent_files.forget(tx, self._bot, stale)
        return bool(stale)


def kept_in(value: Any) -> Iterator[tuple[str, str]]:
    """List the kept files in a call's parameters as (token, filename), in the order they stand there."""
    if isinstance(value, dict):
        if '$kept' in value:
            yield value['$kept'][0], value['$kept'][1]
            return
        for part in value.values():
            yield from kept_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from kept_in(part)


def file_ids(result: Any) -> list[str]:
    """Take the ids of the files in what Telegram answered: a message, or the messages of an album."""
    messages = result if isinstance(result, list) else [result]
    return [found for message in messages if isinstance(message, dict) for found in _ids_of(message)]


def _ids_of(message: dict[str, Any]) -> Iterator[str]:
    for kind in ('photo', 'document', 'video', 'voice', 'audio', 'video_note'):
        if sizes := message.get(kind):
            yield (sizes[-1] if isinstance(sizes, list) else sizes)['file_id']
            return  # an animation comes as a document as well
