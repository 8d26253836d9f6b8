"""Documents made for one person: found until they lapse."""

from typing import Any

from sqlalchemy import Row, select

from storage.store import ReadTx
from storage.tables import files


async def find_file(tx: ReadTx, conversation_id: int, token: str) -> Row[Any] | None:
    """Find a chat's own document (media_key, name, kind …) that has not lapsed."""
    if '\x00' in token:
        return None  # no text of PostgreSQL holds it
    mine = select(files).where(
        files.c.token == token, files.c.conversation_id == conversation_id, files.c.until > tx.now
    )
    return (await tx.execute(mine)).one_or_none()
