"""One's own cases: the list, one case, its history, and what the reporter may do."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bot.content.calls import Call
from bot.content.language import _
from bot.content.quoting import quoted
from bot.content.reports import labels
from bot.content.say import Button, data, say, say_all
from civic.city import City
from civic.reports.cases import Case
from civic.reports.drafts import Draft

RECENT = 12  # lines of history in one message; the export holds all


def own_list(cases: Sequence[Case], parked: Sequence[Draft], page: int, more: bool, city: City) -> Any:
    """The list, drafts first."""
    if not cases and not parked:
        return say(_('You have not reported anything yet.'), [[(_('📷 Report a problem (snap it)'), data('new'))]])
    rows: list[list[Button]] = [[(f'✏ {labels.draft(draft, city)}', data('take', draft.id))] for draft in parked]
    rows += [[(labels.line(case, city), data('case', case.id))] for case in cases]
    return say(_('📋 Your drafts (✏) and cases:'), rows + turning('mine', page, more))


def turning(verb: str, page: int, more: bool, *values: object) -> list[list[Button]]:
    """Buttons to the pages before and after."""
    before: list[Button] = [(_('‹ Previous'), data(verb, *values, page - 1))] if page > 0 else []
    after: list[Button] = [(_('Next ›'), data(verb, *values, page + 1))] if more else []
    return [before + after] if before or after else []


def own_case(case: Case, told: Sequence[Row[Any]], city: City) -> list[Call]:
    """One case with its history, and the buttons of this moment."""
    head = [f'{case.number}', labels.category(city, case.category), f'📍 {labels.unit(city, case.unit_code)}']
    head.append(_('State: {state}').format(state=labels.state(case.state)))
    if case.owner_name:
        head.append(_('Handled by: {name}').format(name=case.owner_name))
    history = [event_line(event, case, city, for_staff=False) for event in recent(told)]
    return say_all(head, history, _own_rows(case))


def recent(told: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Choose the history that a card shows: additions give way before moves do, the newest three apart."""
    surplus = max(len(told) - RECENT, 0)
    older = [event.id for event in told[:-3] if event.move == 'add'][:surplus]
    return [event for event in told if event.id not in older][-RECENT:]


def event_line(event: Row[Any], case: Case, city: City, *, for_staff: bool) -> str:
    """One line of history."""
    who = _who(event, for_staff)
    line = f'{labels.moment(event.at, city)} {move(event.move)}{who}'
    reason = reasons(city, case.category).get(event.reason or '')
    lines = [line, f'　　{reason}' if reason else '', quoted(event.words or '')]
    return '\n'.join(part for part in lines if part)


def _who(event: Row[Any], for_staff: bool) -> str:
    if event.staff_name:
        return f' · {event.staff_name}'
    return _(' · reporter') if for_staff and event.actor == 'resident' else ''


def move(code: str) -> str:
    """The label of a move, as it stands in the history."""
    names = {
        'file': _('filed'),
        'claim': _('taken up'),
        'ask': _('asked for more'),
        'answer': _('more was told'),
        'add': _('something was added'),
        'start': _('work began'),
        'resolve': _('resolved'),
        'reject': _('not accepted'),
        'reassign': _('handed on'),
        'return': _('free again: the officer left'),
        'withdraw': _('withdrawn'),
        'confirm': _('confirmed: fixed'),
        'request_reopen': _('not fixed: to be redone'),
        'lapse': _('closed: no answer for 15 days'),
        'reopen': _('taken up again'),
        'decline_reopen': _('stays closed'),
    }
    return names[code]


def reasons(city: City, category: str) -> dict[str, str]:
    """The reasons for not accepting a case of this category, and where to turn."""
    return {
        'not_ours': _('not a matter for this office; please call {contacts}').format(
            contacts=labels.contacts(city, category)
        ),
        'unclear': _('place or matter cannot be made out; please report it again with a photo and the place'),
        'duplicate': _('the same case is already in hand; for questions please call 12345'),
        'not_environment': _('not a matter of the environment; please call 12345'),
        'no_violation': _('checked: within the limits that apply; if you do not agree, please call 12345'),
        'partly': _('partly fixed'),
        'not': _('not fixed'),
    }


def _own_rows(case: Case) -> list[list[Button]]:
    """The reporter's buttons in each state."""
    seen = (case.id, case.version)
    if case.state == 'resolved':
        return answer_rows(case.id, case.version)
    if case.state in ('received', 'accepted', 'needs_info', 'answered', 'in_progress'):
        add = _('✍ Answer the question') if case.state == 'needs_info' else _('➕ Add photos or words')
        return [[(add, data('add', case.id))], [(_('Withdraw'), data('wd', *seen))]]
    return []


def answer_rows(case_id: int, version: int) -> list[list[Button]]:
    """Fixed, partly, not: what the reporter answers to a resolution."""
    return [
        [(_('✅ Fixed'), data('ans', case_id, version, 'fixed'))],
        [
            (_('◐ Partly'), data('ans', case_id, version, 'partly')),
            (_('✖ Not fixed'), data('ans', case_id, version, 'not')),
        ],
    ]


def ask_addition(case: Case) -> Any:
    """What to add."""
    if case.state == 'needs_info':
        return say(_('Please write your answer or send photos.'), _done_row(case.id))
    return say(_('Send photos, or write what should be added or corrected.'), _done_row(case.id))


def more_additions(case_id: int) -> Any:
    """After photos: words too, or done."""
    return say(_('Got it. More photos or words? Or tap "Done".'), _done_row(case_id))


def _done_row(case_id: int) -> list[list[Button]]:
    return [[(_('Done'), data('added', case_id))]]


def added(case: Case) -> Any:
    """It stands with the case now."""
    return say(_('Thank you, it was added to {number}.').format(number=case.number))


def withdraw_sure(case_id: int, version: int) -> Any:
    """Ask before withdrawing."""
    return say(
        _('Withdraw this report? Staff will stop working on it.'),
        [[(_('Yes, withdraw'), data('wd', case_id, version, 'yes'))], [(_('No, keep it'), data('case', case_id))]],
    )


def withdrawn(case: Case) -> Any:
    """Withdrawn."""
    return say(_('{number} is withdrawn.').format(number=case.number))


def thanks_fixed(case: Case) -> Any:
    """Fixed."""
    return say(_('Thank you! {number} is confirmed and closed.').format(number=case.number))


def reopen_asked(case: Case) -> Any:
    """Not fixed."""
    return say(
        _(
            'We pass this on: a supervisor decides whether {number} is taken up again, and you hear of it here.'
        ).format(number=case.number)
    )
