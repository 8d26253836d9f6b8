"""Residents: consent, settings, what we hold about somebody, and forgetting him."""

from typing import Any

from sqlalchemy import bindparam, case, delete, select, true, update

from civic import codes
from civic.people import Resident, StaffMember
from civic.refusals import Refusal
from civic.reports import forgetting
from storage.arrivals import Conversation
from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import (
    codes as code_rows,
)
from storage.tables import (
    conversations,
    drafts,
    files,
    inbox,
    outbox,
    report_events,
    reports,
    residents,
    transcript,
)
from storage.tables import (
    photos as photo_rows,
)

LOCALES = ('zh', 'en')


_AGREE = Prepared(
    update(residents)
    .where(residents.c.id == bindparam('resident'))
    .values(notice_version=bindparam('version'), consented_at=bindparam('now'))
)


async def agree(tx: Tx, resident_id: int, notice_version: str) -> None:
    """Note that a resident went on after reading this version of the data notice."""
    await tx.execute(_AGREE, {'resident': resident_id, 'version': notice_version, 'now': tx.now})


async def set_locale(tx: Tx, resident: Resident, locale: str) -> None:
    """Change the language. Raises Refusal no_such_language."""
    if locale not in LOCALES:
        raise Refusal('no_such_language')
    await tx.execute(update(residents).where(residents.c.id == resident.id).values(locale=locale))


async def set_big(tx: Tx, resident: Resident, big: bool) -> None:
    """Turn large type on or off."""
    await tx.execute(update(residents).where(residents.c.id == resident.id).values(big=big))


async def return_code(tx: Tx, conversation: Conversation) -> str:
    """Give a one-time code that brings this chat to another device."""
    return await codes.issue(tx, 'return', conversation_id=conversation.id)


async def gather(tx: ReadTx, conversation_id: int) -> dict[str, Any]:
    """Collect all that we hold about the person of a chat, as JSON-ready rows by noun (/mydata)."""
    chat = (await tx.execute(select(conversations).where(conversations.c.id == conversation_id))).one()
    mine = reports.c.resident_id == chat.resident_id
    own_cases = select(reports.c.id).where(mine)
    wanted = {
        'resident': select(residents).where(residents.c.id == chat.resident_id),
        'conversation': select(conversations).where(conversations.c.id == conversation_id),
        'reports': select(reports).where(mine),
        'report_events': select(report_events).where(report_events.c.report_id.in_(own_cases)),
        'drafts': select(drafts).where(drafts.c.conversation_id == conversation_id),
        'photos': select(photo_rows).where(photo_rows.c.conversation_id == conversation_id),
        'transcript': select(transcript).where(
            transcript.c.conversation_id == conversation_id, transcript.c.staff_id.is_(None)
        ),
        'updates': select(inbox).where(inbox.c.conversation_id == conversation_id),
        'notices': select(outbox).where(outbox.c.conversation_id == conversation_id, outbox.c.lane != 'staff'),
    }
    return {
        noun: [dict(row) for row in (await tx.execute(statement.limit(100_000))).mappings().all()]
        for noun, statement in wanted.items()
    }


async def forget(
    tx: Tx, conversation: Conversation, resident: Resident, staff: StaffMember | None
) -> tuple[int, int]:
    """Forget a resident: identity at once, words and photos too, those of open cases when they close.

    The chat goes on with a new, empty resident. Gives (cases blanked now, cases blanked when they close).
    Raises Refusal staff_sign_out_first.
    """
    if staff is not None:
        raise Refusal('staff_sign_out_first')
    closed, still_open = await forgetting.forget_cases(tx, resident.id)
    await forgetting.forget_albums(tx, conversation.id)
    await _forget_photos(tx, conversation.id, closed)
    await _forget_words(tx, conversation.id)
    conversation.data, conversation.state = {}, None
    row = {'locale': resident.locale, 'big': resident.big, 'created_at': tx.now}
    fresh = (await tx.execute(residents.insert().returning(residents.c.id), row)).scalar_one()
    await tx.execute(update(conversations).where(conversations.c.id == conversation.id).values(resident_id=fresh))
    gone = {'forgotten_at': tx.now, 'notice_version': None, 'consented_at': None}
    await tx.execute(update(residents).where(residents.c.id == resident.id).values(**gone))
    return len(closed), still_open


async def _forget_photos(tx: Tx, conversation_id: int, closed: list[str]) -> None:
    """Remove photos of closed cases and the chat's; those of open cases lose their sender and go with the case."""
    mine = photo_rows.c.conversation_id == conversation_id
    own = photo_rows.c.purpose != 'result'  # what a former officer sent belongs to the cases of others
    evidence = select(reports.c.draft).where(reports.c.forget.is_(true()))
    loose = photo_rows.c.draft.is_(None) | photo_rows.c.draft.not_in(evidence)
    await forgetting.remove_photos(tx, photo_rows.c.draft.in_(closed) | (mine & own & loose))
    await tx.execute(update(photo_rows).where(mine).values(conversation_id=None))


async def _forget_words(tx: Tx, conversation_id: int) -> None:
    """Blank or drop everything of a chat that holds words or names what he wrote."""
    for table in (transcript, drafts, code_rows):
        await tx.execute(delete(table).where(table.c.conversation_id == conversation_id))
    keys = await tx.execute(
        delete(files).where(files.c.conversation_id == conversation_id).returning(files.c.media_key)
    )
    await forgetting.doom(tx, [row.media_key for row in keys.all()])
    blank = {'raw': None, 'replies': None, 'unsaid': 0}
    await tx.execute(update(inbox).where(inbox.c.conversation_id == conversation_id).values(**blank))
    unsaid = case((outbox.c.state.in_(('due', 'claimed')), 'cancelled'), else_=outbox.c.state)
    bare = {'state': unsaid, 'facts': {}, 'once': None}  # a draft's id in `once` would lead to its open case
    await tx.execute(update(outbox).where(outbox.c.conversation_id == conversation_id).values(**bare))
