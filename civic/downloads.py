"""What becomes of a file that was fetched: its row, the draft that counts on it, and what its sender is asked."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from civic import lookalikes
from civic.city import City
from civic.places import locate
from civic.refusals import Refusal
from civic.reports.drafts import Draft, draft_of, missing
from storage import outbox
from storage.arrivals import Conversation, keep_notes
from storage.downloads import held_by
from storage.store import Tx
from storage.tables import photos, reports

TRIED_FOR = timedelta(days=3)  # then its sender is asked to send it again (product default)
SETTLED = {'file_id': None, 'due_at': None, 'line_at': None, 'lease_by': None, 'lease_until': None}


def is_hopeless(row: Row[Any], now: datetime) -> bool:
    """Tell whether a file was tried for long enough."""
    return bool(row.received_at < now - TRIED_FOR)


async def find_wanted(tx: Tx, row: Row[Any], worker: str, conversation: Conversation) -> Row[Any] | None:
    """Find where a claimed file belongs now; None when it was taken off or forgotten, or another worker has it.

    Its chat is locked: whoever takes photos off a draft, or is forgotten, holds it too.
    """
    if conversation.address.channel != row.channel:
        return None  # given up meanwhile
    mine = select(photos).where(held_by(row.id, worker), photos.c.draft.is_not(None))
    found: Row[Any] | None = (await tx.execute(mine)).one_or_none()
    return found


async def keep(tx: Tx, city: City, photo: Row[Any], conversation: Conversation, made: dict[str, Any]) -> None:
    """Write what was made of a wanted file, by column, and ask its sender what follows from it."""
    kept = update(photos).where(photos.c.id == photo.id).values(state='ready', **SETTLED, **made)
    row = (await tx.execute(kept.returning(*photos.c))).one()
    draft = _in_hand(conversation, row.draft)
    if row.kind == 'photo' and draft is not None:
        draft.checking = max(draft.checking - 1, 0)
        await _ask_for_place(tx, city, row, conversation, draft)
        await _hold(tx, conversation, draft)
    if row.kind == 'photo' and row.purpose == 'evidence':
        await lookalikes.ask_if_same(tx, conversation.id, row)
    elif row.purpose == 'result':
        await _show_result(tx, row)


async def refuse(tx: Tx, photo: Row[Any], conversation: Conversation, code: str) -> None:
    """Note why a wanted file is not kept, and tell its sender once for each report and reason."""
    refused = {'state': 'refused', 'refusal': code, **SETTLED}
    await tx.execute(update(photos).where(photos.c.id == photo.id).values(**refused))
    draft = _in_hand(conversation, photo.draft)
    if draft is not None:
        _uncount(draft, photo.kind)
        await _hold(tx, conversation, draft)
    facts = {'kind': photo.kind, 'code': code}
    once = f'refused:{photo.draft}:{photo.kind}:{code}'
    await outbox.put(tx, [outbox.message(tx, conversation.id, 'file_refused', facts, once=once)])


def _uncount(draft: Draft, kind: str) -> None:
    if kind == 'photo':
        draft.photos, draft.checking = max(draft.photos - 1, 0), max(draft.checking - 1, 0)
    else:
        draft.recordings = max(draft.recordings - 1, 0)


async def _show_result(tx: Tx, photo: Row[Any]) -> None:
    """Show the reporter a result's photo that came when he had been told of the result already."""
    told = select(reports.c.id, reports.c.conversation_id).where(
        reports.c.draft == photo.draft, reports.c.state == 'resolved', reports.c.resolved_at >= photo.attached_at
    )
    case = (await tx.execute(told)).one_or_none()
    if case is not None and case.conversation_id is not None:
        facts = {'report_id': case.id}
        await outbox.put(
            tx, [outbox.message(tx, case.conversation_id, 'result_photo', facts, once=f'late:{photo.id}')]
        )


def _in_hand(conversation: Conversation, draft_id: str) -> Draft | None:
    facts = conversation.data.get('draft')
    return draft_of(facts) if facts and facts['id'] == draft_id else None


async def _hold(tx: Tx, conversation: Conversation, draft: Draft) -> None:
    conversation.data['draft'] = draft.as_facts()
    await keep_notes(tx, conversation)


async def _ask_for_place(tx: Tx, city: City, photo: Row[Any], conversation: Conversation, draft: Draft) -> None:
    """Ask whether it was where the photo says, while the draft has no place; nothing is asked of other cities."""
    if photo.exif_lat is None or missing(draft, city) != 'place' or draft.photo_place:
        return
    if not _is_here(city, photo.exif_lat, photo.exif_lon):
        return
    draft.photo_place = [photo.exif_lat, photo.exif_lon]
    facts = {'draft': draft.id, 'lat': photo.exif_lat, 'lon': photo.exif_lon}
    await outbox.put(tx, [outbox.message(tx, conversation.id, 'photo_place', facts, once=f'place:{draft.id}')])


def _is_here(city: City, lat: float, lon: float) -> bool:
    try:
        place = locate(city, lat, lon)
    except Refusal:
        return False
    return not place.outside
