"""Leases: of several processes one does a period's work; a lease of somebody who died runs out by itself."""

from datetime import timedelta

from sqlalchemy import delete, or_, update

from storage.store import Tx
from storage.tables import leases, outbox, photos
from storage.upsert import upsert


async def take(tx: Tx, name: str, holder: str, span: timedelta) -> bool:
    """Take a lease, or hold one's own for longer; False while it is somebody else's."""
    statement = upsert(tx.dialect, leases)
    mine = {'holder': statement.excluded.holder, 'until': statement.excluded.until}
    free = or_(leases.c.until <= tx.now, leases.c.holder == holder)
    taken = statement.on_conflict_do_update(index_elements=['name'], set_=mine, where=free).returning(leases.c.name)
    row = {'name': name, 'holder': holder, 'until': tx.now + span}
    return (await tx.execute(taken, row)).one_or_none() is not None


async def end_all(tx: Tx) -> None:
    """Let all leases run out, of notices and files too: whoever held them is dead, for there is one process only."""
    for table, column in ((leases, leases.c.until), (outbox, outbox.c.lease_until), (photos, photos.c.lease_until)):
        await tx.execute(update(table).where(column > tx.now).values({column: tx.now - timedelta(microseconds=1)}))


async def release(tx: Tx, holder: str, name: str | None = None) -> None:
    """Give a lease back, or all that one holds, so that another process need not wait until it runs out."""
    own = leases.c.holder == holder
    await tx.execute(delete(leases).where(own if name is None else own & (leases.c.name == name)))
