"""The workflow as one table: in which state, who may make which move, and where it leads.

Labels: received 已提交, accepted 已受理, needs_info 待补充, answered 已补充,
in_progress 办理中, resolved 已办结, confirmed 已确认, rejected 不予受理, withdrawn 已撤回,
reopen_requested 申请重办. Deadlines are a product default: 15 days of silence count as confirmed.
"""

from dataclasses import dataclass
from datetime import timedelta

from civic.people import StaffMember
from civic.refusals import Refusal

STATES = (
    'received',
    'accepted',
    'needs_info',
    'answered',
    'in_progress',
    'resolved',
    'confirmed',
    'rejected',
    'withdrawn',
    'reopen_requested',
)
FINAL = frozenset({'confirmed', 'rejected', 'withdrawn'})
OPEN = frozenset(STATES) - FINAL
SILENCE = timedelta(days=15)

REPORTER = frozenset({'reporter'})
CLOCK = frozenset({'clock'})
ANY_OFFICER = frozenset({'grid', 'handler', 'supervisor', 'admin'})
SUPERVISORS = frozenset({'supervisor', 'admin'})
HANDLERS_UP = frozenset({'handler', 'supervisor', 'admin'})


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a move leads, who may make it, and who may make it only on a case that is his own."""

    to: str
    roles: frozenset[str]
    own_only: frozenset[str] = frozenset()


_own = frozenset({'grid', 'handler'})
_ask = Rule('needs_info', ANY_OFFICER, _own)
_start = Rule('in_progress', ANY_OFFICER, _own)
_resolve = Rule('resolved', ANY_OFFICER, _own)
_reject = Rule('rejected', HANDLERS_UP, frozenset({'handler'}))
_withdraw = Rule('withdrawn', REPORTER)


def _reassign(state: str) -> Rule:
    return Rule(state, SUPERVISORS)


TABLE: dict[tuple[str, str], Rule] = {
    ('received', 'claim'): Rule('accepted', ANY_OFFICER),
    ('received', 'reject'): Rule('rejected', HANDLERS_UP),
    ('received', 'reassign'): Rule('accepted', SUPERVISORS),
    ('received', 'withdraw'): _withdraw,
    ('accepted', 'ask'): _ask,
    ('accepted', 'start'): _start,
    ('accepted', 'resolve'): _resolve,
    ('accepted', 'reject'): _reject,
    ('accepted', 'reassign'): _reassign('accepted'),
    ('accepted', 'withdraw'): _withdraw,
    ('needs_info', 'answer'): Rule('answered', REPORTER),
    ('needs_info', 'resolve'): _resolve,
    ('needs_info', 'reject'): _reject,
    ('needs_info', 'reassign'): _reassign('needs_info'),
    ('needs_info', 'withdraw'): _withdraw,
    ('answered', 'ask'): _ask,
    ('answered', 'start'): _start,
    ('answered', 'resolve'): _resolve,
    ('answered', 'reject'): _reject,
    ('answered', 'reassign'): _reassign('answered'),
    ('answered', 'withdraw'): _withdraw,
    ('in_progress', 'ask'): _ask,
    ('in_progress', 'resolve'): _resolve,
    ('in_progress', 'reject'): _reject,
    ('in_progress', 'reassign'): _reassign('in_progress'),
    ('in_progress', 'withdraw'): _withdraw,
    ('resolved', 'confirm'): Rule('confirmed', REPORTER),
    ('resolved', 'request_reopen'): Rule('reopen_requested', REPORTER),
    ('resolved', 'lapse'): Rule('confirmed', CLOCK),
    ('reopen_requested', 'reopen'): Rule('in_progress', SUPERVISORS),
    ('reopen_requested', 'decline_reopen'): Rule('resolved', SUPERVISORS),
}
MOVES = tuple(dict.fromkeys(move for _state, move in TABLE))
# Moves that need words to the reporter, and the one that needs a photo or words.
NEED_WORDS = frozenset({'ask', 'reject', 'decline_reopen', 'answer'})
REJECT_REASONS = ('not_ours', 'unclear', 'duplicate', 'not_environment', 'no_violation')


def rule_for(state: str, move: str) -> Rule:
    """Find the rule. Raises Refusal not_now when the state has no such move."""
    rule = TABLE.get((state, move))
    if rule is None:
        raise Refusal('not_now', state=state, move=move)
    return rule


def check_may_move(staff: StaffMember, state: str, owner_id: int | None, unit_path: str, move: str) -> Rule:
    """Give the rule of a move that a member of the staff may make now.

    Raises Refusal no_such_case, not_now, not_allowed, not_your_case.
    """
    if not staff.sees(unit_path):
        raise Refusal('no_such_case')
    rule = rule_for(state, move)
    if staff.role not in rule.roles:
        raise Refusal('not_allowed', role=staff.role, move=move)
    if staff.role in rule.own_only and owner_id != staff.id:
        raise Refusal('not_your_case')
    return rule


def moves_for(staff: StaffMember, state: str, owner_id: int | None, unit_path: str) -> list[str]:
    """List the moves whose buttons to draw; each is checked again at the tap."""
    found = []
    for move in MOVES:
        try:
            check_may_move(staff, state, owner_id, unit_path, move)
        except Refusal:
            continue
        found.append(move)
    return found
