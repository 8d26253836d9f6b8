"""Residents: consent, settings, and being forgotten."""

from sqlalchemy import bindparam, func, select, update

from civic import codes
from civic.people import Resident, StaffMember
from civic.refusals import Refusal
from civic.reports.workflow import FINAL
from storage.arrivals import Conversation
from storage.given_up import give_up
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import reports, residents

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
