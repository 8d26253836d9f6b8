"""Doomed files: what must go from the media store, remembered until it is gone."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from storage.store import ReadTx, Tx
from storage.tables import doomed_files
from storage.upsert import upsert

UNLESS_KEPT = timedelta(hours=1)


async def doom(tx: Tx, keys: Sequence[str]) -> None:
    """Note files to be deleted; a job does it after the commit and again until it is done."""
    if keys:
        rows = [{'media_key': key, 'since': tx.now} for key in keys]
        await tx.execute(upsert(tx.dialect, doomed_files).on_conflict_do_nothing(), rows)
        tx.ring('doomed')


async def doom_unless_kept(tx: Tx, keys: Sequence[str]) -> None:
    """Note files before they are written: whatever happens, they go in an hour unless `keep` is called."""
    rows = [{'media_key': key, 'since': tx.now + UNLESS_KEPT} for key in keys]
    await tx.execute(upsert(tx.dialect, doomed_files).on_conflict_do_nothing(), rows)


async def keep(tx: Tx, keys: Sequence[str]) -> bool:
    """Take the doom off files, in the transaction that gives them their rows; False when one went already."""
    spared = await tx.execute(delete(doomed_files).where(doomed_files.c.media_key.in_(keys)))
    return spared.rowcount == len(keys)


async def doom_now(tx: Tx, keys: Sequence[str]) -> None:
    """Let files go at once that were doomed for later."""
    now = {'since': tx.now}
    await tx.execute(doomed_files.update().where(doomed_files.c.media_key.in_(keys)).values(**now))
    tx.ring('doomed')


async def list_due(tx: ReadTx, limit: int) -> list[str]:
    """List keys of files that must go now, those doomed longest first."""
    due = select(doomed_files.c.media_key).where(doomed_files.c.since <= tx.now)
    return [row.media_key for row in (await tx.execute(due.order_by(doomed_files.c.since).limit(limit))).all()]


async def forget(tx: Tx, keys: Sequence[str]) -> None:
    """Drop the notes on files that are gone."""
    await tx.execute(delete(doomed_files).where(doomed_files.c.media_key.in_(keys)))
