"""Files of ours by their tokens: documents made for one person, and what may be sent over a wire."""

from typing import Any

from sqlalchemy import Row, select, union_all

from storage.store import ReadTx
from storage.tables import files, photos


async def find_file(tx: ReadTx, conversation_id: int, token: str) -> Row[Any] | None:
    """Find a chat's own document (media_key, name, kind …) that has not lapsed."""
    if '\x00' in token:
        return None  # no text of PostgreSQL holds it
    mine = select(files).where(
        files.c.token == token, files.c.conversation_id == conversation_id, files.c.until > tx.now
    )
    return (await tx.execute(mine)).one_or_none()


ORIGINAL = '.original'  # behind a token: the file as it came, of a photo or a recording


async def find_media(tx: ReadTx, token: str) -> str | None:
    """Name the file in the media store that stands for a token in what is sent: a photo, an original, a document."""
    if token.endswith(ORIGINAL):
        own = select(photos.c.original_key).where(photos.c.token == token.removesuffix(ORIGINAL))
        return (await tx.execute(own)).scalar_one_or_none()
    photo = select(photos.c.clean_key.label('media_key')).where(photos.c.token == token, photos.c.state == 'ready')
    document = select(files.c.media_key).where(files.c.token == token, files.c.until > tx.now)
    return (await tx.execute(union_all(photo, document))).scalar_one_or_none()
