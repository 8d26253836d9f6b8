"""Residents: consent, settings, what we hold about somebody, and forgetting him."""

from typing import Any

from sqlalchemy import bindparam, func, select, update

from civic import codes
from civic.people import Resident, StaffMember
from civic.refusals import Refusal
from civic.reports.workflow import FINAL
from storage.arrivals import Conversation
from storage.given_up import give_up
from storage.prepared import Prepared
from storage.store import ReadTx, Tx
from storage.tables import (
    conversations,
    drafts,
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


async def forget(tx: Tx, conversation: Conversation, resident: Resident, staff: StaffMember | None) -> int:
    """Forget a resident: from this turn on nobody reaches what he wrote; a job deletes it (civic.forgotten).

    The chat goes on with a new, empty resident. Gives how many of his cases are open: they keep their words until
    they close. Raises Refusal staff_sign_out_first.
    """
    if staff is not None:
        raise Refusal('staff_sign_out_first')
    still_open = select(func.count()).where(reports.c.resident_id == resident.id, reports.c.state.not_in(FINAL))
    count: int = (await tx.execute(still_open)).scalar_one()
    await give_up(tx, conversation, resident.locale, resident.big)
    return count
