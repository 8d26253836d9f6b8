"""How much was sent for a draft or case."""

from dataclasses import dataclass

from sqlalchemy import select

from storage.store import ReadTx, Tx
from storage.tables import photos


@dataclass(frozen=True, slots=True)
class Tally:
    """How many photos a draft has, how many of them are not here and clean yet, and how many recordings it has."""

    photos: int
    checking: int
    recordings: int


async def tally(tx: Tx | ReadTx, draft: str) -> Tally:
    """Count what was sent for a draft and not refused."""
    sent = select(photos.c.kind, photos.c.state).where(photos.c.draft == draft, photos.c.state != 'refused')
    rows = (await tx.execute(sent)).all()
    waiting = [row.state for row in rows if row.kind == 'photo']
    return Tally(len(waiting), waiting.count('pending'), len(rows) - len(waiting))
