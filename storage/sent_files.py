"""The ids under which a platform keeps files of ours, so that each is uploaded once."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Delete, delete, exists, func, or_, select

from storage.files import ORIGINAL
from storage.store import ReadTx, Tx
from storage.tables import files, photos, sent_files
from storage.upsert import upsert


async def find(tx: ReadTx, bot: int, token: str) -> str | None:
    """Give the id that a file has with a bot's platform, if it was sent before."""
    known = select(sent_files.c.file_id).where(sent_files.c.bot == bot, sent_files.c.token == token)
    return (await tx.execute(known)).scalar_one_or_none()


async def remember(tx: Tx, bot: int, ids: Mapping[str, str]) -> None:
    """Note ids by token; a later one replaces an earlier one."""
    statement = upsert(tx.dialect, sent_files)
    newest = statement.on_conflict_do_update(
        index_elements=['bot', 'token'], set_={'file_id': statement.excluded.file_id}
    )
    await tx.execute(newest, [{'bot': bot, 'token': token, 'file_id': ids[token]} for token in sorted(ids)])


async def forget(tx: Tx, bot: int, tokens: Iterable[str]) -> None:
    """Drop ids that the platform does not take any more."""
    gone = (sent_files.c.bot == bot) & sent_files.c.token.in_(list(tokens))
    await tx.execute(delete(sent_files).where(gone))


def gone() -> ColumnElement[bool]:
    """Of files that we do not have any more, whole or as they came."""
    own = func.replace(sent_files.c.token, ORIGINAL, '')
    as_it_came = sent_files.c.token.endswith(ORIGINAL)
    clean = exists().where(photos.c.token == sent_files.c.token, photos.c.clean_key.is_not(None))
    original = exists().where(photos.c.token == own, photos.c.original_key.is_not(None), as_it_came)
    return ~or_(clean, original, exists().where(files.c.token == sent_files.c.token))


def drop(tokens: Sequence[str]) -> Delete:
    """Drop the ids of files, whichever bot sent them."""
    return delete(sent_files).where(sent_files.c.token.in_(tokens))
