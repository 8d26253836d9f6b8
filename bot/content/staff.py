"""Words for staff: signing in, the queue, a case, and the steps of working it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from bot.content.calls import Call
from bot.content.language import _
from bot.content.quoting import quoted
from bot.content.reports import cases as case_words
from bot.content.reports import labels
from bot.content.say import Button, data, say, say_all
from civic.city import City
from civic.people import StaffMember
from civic.reports import workflow
from civic.reports.cases import Case
from civic.reports.moves import Step


def role(code: str) -> str:
    """The label of a role."""
    names = {
        'viewer': _('viewer'),
        'grid': _('grid officer'),
        'handler': _('handler'),
        'supervisor': _('supervisor'),
        'admin': _('administrator'),
    }
    return names[code]


def signed_in(member: StaffMember, city: City) -> Any:
    """Signed in as staff."""
    text = _('Welcome, {name}. You work here as {role} for {unit}. /staff opens the queue.').format(
        name=member.name, role=role(member.role), unit=labels.unit(city, member.unit_code)
    )
    return say(text, [[(_('🗂 Open the queue'), data('q', 'open', 0))]])


def wrong_code() -> Any:
    """A code that does not work."""
    return say(_('This code does not work: it was used, is too old, or was mistyped. Please ask for a new one.'))


def signed_out() -> Any:
    """Signed out."""
    return say(_('You are signed out as staff. For signing in again you need a new code.'))


def queue(found: Sequence[Case], counts: Mapping[str, int], wanted: str, paging: tuple[int, bool], city: City) -> Any:
    """The queue with its filters."""
    page, more = paging
    summary = ' · '.join(f'{labels.state(state)} {count}' for state, count in sorted(counts.items()))
    title = '\n'.join([_('🗂 Queue: {filter}').format(filter=filters()[wanted]), summary or _('no cases yet')])
    rows: list[list[Button]] = [[(_queue_line(case, city), data('sc', case.id))] for case in found]
    names = [(name, data('q', code, 0)) for code, name in filters().items() if code != wanted]
    turning = case_words.turning('q', page, more, wanted)
    return say(title, [*rows, *turning, names[:3], names[3:]])


def _queue_line(case: Case, city: City) -> str:
    owner = f' · {case.owner_name}' if case.owner_name else ''
    return f'{labels.line(case, city)}{owner}'


def filters() -> dict[str, str]:
    """The queue's filters."""
    return {
        'open': _('open'),
        'new': _('new'),
        'mine': _('mine'),
        'waiting': _('waiting'),
        'reopen': _('to redo'),
        'done': _('done'),
    }


def case_card(
    case: Case, told: Sequence[Row[Any]], moves: Sequence[str], city: City, files: Sequence[str] = ()
) -> list[Call]:
    """A case as staff see it, with lines about its files and the moves of this moment."""
    head = [
        f'{case.number} · {labels.state(case.state)}',
        labels.category(city, case.category),
        f'📍 {labels.unit(city, case.unit_code)}',
        labels.place(case.lat, case.place_words),
        *files,
        _('Owner: {name}').format(name=case.owner_name or '—'),
        f'📝\n{quoted(case.words)}' if case.words else _('📝 (removed, as the reporter wished)'),
    ]
    history = [case_words.event_line(event, case, city, for_staff=True) for event in case_words.recent(told)]
    return say_all(head, history, move_rows(case, moves))


def move_rows(case: Case, moves: Sequence[str]) -> list[list[Button]]:
    """A button for each move; rights are checked again at the tap."""
    names = move_names()
    buttons: list[Button] = [(names[move], data('do', move, case.id, case.version)) for move in moves]
    rows: list[list[Button]] = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    return [*rows, [(_('🔍 Originals'), data('orig', case.id)), (_('🗂 Queue'), data('q', 'open', 0))]]


def move_names() -> dict[str, str]:
    """What the buttons of the moves say."""
    return {
        'claim': _('✋ Take it up'),
        'ask': _('❓ Ask back'),
        'start': _('▶ Begin work'),
        'resolve': _('✅ Resolve'),
        'reject': _('✖ Do not accept'),
        'reassign': _('➡ Hand on'),
        'reopen': _('↩ Take up again'),
        'decline_reopen': _('✖ Stays closed'),
    }


def ask_words(step: Step) -> Any:
    """Ask for the words that a move needs."""
    asked = {
        'ask': _('What do you want to know? The reporter reads your sentence.'),
        'decline_reopen': _('Why does it stay closed? The reporter reads your sentence.'),
        'resolve': _('Send photos of the result, or write what was done. The reporter sees it.'),
        'reject': _('One sentence for the reporter, or send it without.'),
    }
    rows = [[(_('Send without a sentence'), data('go'))]] if step.name == 'reject' else []
    return say(asked[step.name], [*rows, [(_('Back to the case'), data('sc', step.report_id))]])


def ask_proof_words(report_id: int) -> Any:
    """After result photos: a sentence too, or resolve now."""
    rows: list[list[Button]] = [
        [(_('✅ Resolve now'), data('go'))],
        [(_('Back to the case'), data('sc', report_id))],
    ]
    return say(_('Photo received. Write a sentence too, or resolve now.'), rows)


def ask_reason(case: Case, city: City) -> Any:
    """Why a case is not accepted."""
    reasons = case_words.reasons(city, case.category)
    rows: list[list[Button]] = [
        [(reasons[code], data('why', code, case.id, case.version))] for code in workflow.REJECT_REASONS
    ]
    return say(_('Why is it not accepted?'), [*rows, [(_('Back to the case'), data('sc', case.id))]])


def ask_owner(case: Case, able: Sequence[StaffMember], city: City) -> Any:
    """To whom to hand a case on."""
    back: list[Button] = [(_('Back to the case'), data('sc', case.id))]
    if not able:
        return say(_('Nobody else works for this unit yet.'), [back])
    rows: list[list[Button]] = [
        [
            (
                f'{one.name} · {role(one.role)} · {labels.unit(city, one.unit_code)}',
                data('to', one.id, case.id, case.version),
            )
        ]
        for one in able
    ]
    return say(_('To whom?'), [*rows, back])


def no_originals() -> Any:
    """The originals are gone or never were."""
    return say(_('There are no originals (any more).'))


def original_caption(number: object) -> str:
    """Over an original photo."""
    return _('Original photo of {number}: evidence, not to be passed on').format(number=number)


def recording_caption(number: object) -> str:
    """Under a voice message or a video."""
    return _('Recording of {number}: evidence, not to be passed on').format(number=number)
