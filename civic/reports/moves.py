"""Moves: whoever may, moves a case from state to state; each is logged and told to those it concerns."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from civic import audit, photos
from civic.city import City
from civic.people import StaffMember
from civic.refusals import Refusal, about
from civic.reports import forgetting
from civic.reports.cases import Case, find_case, get_own, get_seen
from civic.reports.supervisors import tell_nearest
from civic.reports.workflow import (
    FINAL,
    NEED_WORDS,
    REJECT_REASONS,
    SILENCE,
    Rule,
    check_may_move,
    rule_for,
)
from civic.staff import get_staff
from storage import outbox
from storage.store import Tx
from storage.tables import conversations, report_events, reports, staff

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Move:
    """One move to make: its name, the version of the case that the person saw, his words and reason code."""

    name: str
    version: int | None = None
    words: str | None = None
    reason: str | None = None
    owner_id: int | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A move that waits for its words: which case, the version that was seen, its draft id, move and reason."""

    report_id: int
    version: int
    draft: str
    name: str
    reason: str | None = None


async def move_as_staff(tx: Tx, city: City, member: StaffMember, report_id: int, move: Move) -> Case:
    """Make a staff member's move and give the case as it then stands.

    Raises Refusal no_such_case, not_now, not_allowed, not_your_case, words_needed, proof_needed, changed_meanwhile.
    """
    case = await get_seen(tx, city, report_id, member)
    with about(case.id, 'staff'):
        event_id = await _make_staff_move(tx, case, member, move)
    told = _for_reporter(tx, case, move, event_id)
    if move.name == 'reassign' and move.owner_id != member.id:
        told += await for_staff(tx, case, 'report_assigned', [move.owner_id])
    await outbox.put(tx, told)
    return await find_case(tx, city, case.id)


async def _make_staff_move(tx: Tx, case: Case, member: StaffMember, move: Move) -> int:
    """Check and write a staff member's move; gives the id of its line of history."""
    rule = check_may_move(member, case.state, case.owner_id, case.unit_path, move.name)
    await _check_proof(tx, case, move)
    changes: dict[str, Any] = {'state': rule.to}
    if move.name == 'claim':
        changes |= {'owner_id': member.id, 'accepted_at': tx.now}
    if move.name == 'reassign':
        changes |= await _new_owner(tx, case, move)
    if move.name == 'resolve':
        changes |= {'resolved_at': tx.now, 'answer': None}
    event_id = await _apply(tx, case, move, changes, member)
    await audit.note(tx, member, move.name, 'report', case.id, state=rule.to)
    return event_id


async def move_as_reporter(tx: Tx, city: City, resident_id: int, report_id: int, move: Move) -> Case:
    """Make the reporter's move. Raises Refusal no_such_case, not_now, words_needed, changed_meanwhile."""
    return await move_for_reporter(tx, city, await get_own(tx, city, report_id, resident_id), move)


async def move_for_reporter(tx: Tx, city: City, case: Case, move: Move) -> Case:
    """Make the reporter's move on a case that was read for him. Raises Refusal as `move_as_reporter` does."""
    with about(case.id, 'reporter'):
        rule = await _make_reporters_move(tx, case, move)
    await outbox.put(tx, await for_staff(tx, case, 'report_answered', [case.owner_id], event=move.name))
    if rule.to == 'reopen_requested':
        await _tell_supervisors(tx, case)
    return await find_case(tx, city, case.id)


async def _make_reporters_move(tx: Tx, case: Case, move: Move) -> Rule:
    rule = rule_for(case.state, move.name)
    if 'reporter' not in rule.roles:
        raise Refusal('not_now', state=case.state, move=move.name)
    await _check_proof(tx, case, move)
    changes: dict[str, Any] = {'state': rule.to} | ({'answer': move.answer} if move.answer else {})
    await _apply(tx, case, move, changes, None, actor='resident')
    return rule


async def lapse(tx: Tx, city: City, limit: int = 100) -> int:
    """Confirm cases whose reporter said nothing for 15 days, marked 'no answer'; gives how many (a batch)."""
    silent = select(reports.c.id).where(reports.c.state == 'resolved', reports.c.moved_at < tx.now - SILENCE)
    rows = (await tx.execute(silent.order_by(reports.c.id).limit(limit))).all()
    for row in rows:
        case = await find_case(tx, city, row.id)
        move = Move('lapse', answer='none')
        changes = {'state': 'confirmed', 'answer': case.answer or 'none'}
        event_id = await _apply(tx, case, move, changes, None, actor='clock')
        await outbox.put(tx, _for_reporter(tx, case, move, event_id))
    return len(rows)


async def _check_proof(tx: Tx, case: Case, move: Move) -> None:
    """A question, a refusal and an answer need words; a resolution needs a result photo or words.

    Photos count from the case's last move on: those of an earlier round prove nothing. Raises Refusal.
    """
    if (move.words or '').strip() or (move.name == 'reject' and move.reason in REJECT_REASONS):
        return
    purpose = {'answer': 'answer', 'resolve': 'result'}.get(move.name)
    if purpose and await photos.count(tx, photos.Target(case.draft, purpose), since=case.moved_at):
        return
    if move.name == 'resolve':
        raise Refusal('proof_needed')
    if move.name in NEED_WORDS:
        raise Refusal('words_needed', move=move.name)


async def _new_owner(tx: Tx, case: Case, move: Move) -> dict[str, Any]:
    owner = await get_staff(tx, move.owner_id or 0)
    if not owner.sees(case.unit_path) or owner.role == 'viewer':
        raise Refusal('no_such_staff')
    accepted = {'accepted_at': tx.now} if case.state == 'received' else {}
    return {'owner_id': owner.id} | accepted


async def _apply(
    tx: Tx, case: Case, move: Move, changes: dict[str, Any], member: StaffMember | None, actor: str = 'staff'
) -> int:
    """Write the new state, unless somebody was faster, and the line of history; gives the line's id."""
    if move.version is not None and move.version != case.version:
        raise Refusal('changed_meanwhile')
    seen = case.version
    final = changes['state'] in FINAL
    changes = changes | {'version': seen + 1, 'moved_at': tx.now} | ({'closed_at': tx.now} if final else {})
    statement = update(reports).where(reports.c.id == case.id, reports.c.version == seen).values(**changes)
    if (await tx.execute(statement)).rowcount != 1:
        raise Refusal('changed_meanwhile')
    event = {
        'report_id': case.id,
        'at': tx.now,
        'move': move.name,
        'state_from': case.state,
        'state_to': changes['state'],
        'actor': actor,
        'staff_id': member.id if member else None,
        'reason': move.reason,
        'words': trimmed(move.words),
    }
    event_id = int((await tx.execute(insert(report_events).returning(report_events.c.id), event)).scalar_one())
    if final and case.forget:
        await forgetting.blank_cases(tx, [case.id])
    return event_id


def trimmed(words: str | None) -> str | None:
    """Give words without the space around, None for nothing. Raises Refusal too_many_words."""
    said = (words or '').strip()
    if len(said) > MOST_WORDS:
        raise Refusal('too_many_words', most=MOST_WORDS, found=len(said))
    return said or None


def _for_reporter(tx: Tx, case: Case, move: Move, event_id: int) -> list[dict[str, Any]]:
    """Make the notice of a move to the reporter, if he is still there."""
    if case.conversation_id is None or case.resident_id is None:
        return []
    facts = {'report_id': case.id, 'move': move.name, 'event': event_id}
    return [outbox.message(tx, case.conversation_id, 'report_moved', facts)]


async def for_staff(tx: Tx, case: Case, code: str, ids: list[int | None], **facts: Any) -> list[dict[str, Any]]:
    """Make a notice to staff members who have signed in somewhere."""
    chats = select(conversations.c.id, staff.c.id.label('staff_id')).join(
        staff, staff.c.resident_id == conversations.c.resident_id
    )
    rows = await tx.execute(chats.where(staff.c.id.in_([one for one in ids if one is not None])))
    facts |= {'report_id': case.id}
    return [outbox.message(tx, row.id, code, facts, staff_id=row.staff_id) for row in rows.all()]


async def _tell_supervisors(tx: Tx, case: Case) -> None:
    """A request to do it again goes to those who decide about it."""
    facts = {'report_id': case.id}
    await tell_nearest(tx, case.unit_path, 'report_reopen_requested', facts)
