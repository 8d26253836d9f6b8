"""The ids under which a platform keeps files of ours, so that each is uploaded once."""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, exists, select

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


async def forget_gone(tx: Tx) -> int:
    """Drop the ids of files that we do not have any more; gives how many."""
    there = exists().where(photos.c.token == sent_files.c.token) | exists().where(files.c.token == sent_files.c.token)
    return (await tx.execute(delete(sent_files).where(~there))).rowcount
