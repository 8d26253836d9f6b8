"""Albums: photos sent together are for one report, whichever comes first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Executable, bindparam, select, update

from civic.photos import Target
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import albums
from storage.upsert import upsert

JOINS_FOR = timedelta(minutes=15)  # a late member of an album still finds its report


@dataclass(frozen=True, slots=True)
class Album:
    """An album that was opened before: what it is for, and since when."""

    target: Target
    at: datetime


_KNOWN_ALBUM = Prepared(
    select(albums.c.draft, albums.c.purpose, albums.c.at).where(
        albums.c.conversation_id == bindparam('chat'), albums.c.media_group_id == bindparam('album')
    )
)


@Prepared
def _OPEN_ALBUM(dialect: str) -> Executable:  # noqa: N802 - a statement
    return upsert(dialect, albums).on_conflict_do_nothing(index_elements=['conversation_id', 'media_group_id'])


async def open_album(tx: Tx, conversation_id: int, album: str, target: Target) -> Album | None:
    """Note a new album for a target; None when this is its first photo, else what the first opened."""
    row = {'conversation_id': conversation_id, 'media_group_id': album, 'at': tx.now}
    row |= {'draft': target.draft, 'purpose': target.purpose}
    if (await tx.execute(_OPEN_ALBUM, row)).rowcount == 1:
        return None
    first = (await tx.execute(_KNOWN_ALBUM, {'chat': conversation_id, 'album': album})).one()
    return Album(Target(first.draft, first.purpose), first.at)


async def tell_once(tx: Tx, conversation_id: int, album: str) -> bool:
    """Note that an album's owner was told of the limit; True the first time only."""
    known = (albums.c.conversation_id == conversation_id) & (albums.c.media_group_id == album)
    statement = update(albums).where(known, albums.c.told.is_(False)).values(told=True)
    return (await tx.execute(statement)).rowcount == 1
