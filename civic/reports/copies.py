"""Copies of a case: what staff were shown of it stands in their chats, and goes when its reporter was forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, delete, or_, select, update

from civic.city import City
from civic.reports.numbers import Number
from storage.store import ReadTx, Tx
from storage.tables import reports, transcript

SETTLED = timedelta(seconds=10)  # a turn that still read the words has ended by then
BATCH = 200


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A case whose words are gone: its number and place are how copies are found."""

    report_id: int
    number: Number
    lat: float | None
    lon: float | None


async def find_forgotten(tx: ReadTx, city: City, limit: int = 50) -> list[Forgotten]:
    """List cases that were blanked and whose copies were not removed yet."""
    noted = select(reports.c.id, reports.c.year, reports.c.serial, reports.c.copies).where(
        reports.c.copies.is_not(None)
    )
    rows = (await tx.execute(noted.order_by(reports.c.id).limit(limit))).all()
    return [
        Forgotten(row.id, Number(city.prefix, row.year, row.serial), row.copies['lat'], row.copies['lon'])
        for row in rows
        if datetime.fromisoformat(row.copies['since']) <= tx.now - SETTLED
    ]


async def find_copies(tx: ReadTx, case: Forgotten) -> list[int]:
    """List frames of any chat that name the case or show its place; looks at all of them, so in a reader."""
    named = cast(transcript.c.params, Text).contains(str(case.number), autoescape=True)
    shown = (transcript.c.method == 'sendLocation') & (transcript.c.params['latitude'].as_float() == case.lat)
    shown &= transcript.c.params['longitude'].as_float() == case.lon
    statement = select(transcript.c.id).where(or_(named, shown)).limit(BATCH)
    return [row.id for row in (await tx.execute(statement)).all()]


async def remove(tx: Tx, frames: Sequence[int]) -> None:
    """Take frames out of their chats."""
    await tx.execute(delete(transcript).where(transcript.c.id.in_(frames)))


async def done(tx: Tx, report_id: int) -> None:
    """Note that no copy is left."""
    await tx.execute(update(reports).where(reports.c.id == report_id).values(copies=None))
