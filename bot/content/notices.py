"""Notices to people who did not just write: kept as code and facts, worded here when they are claimed."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.content import my_data, say
from bot.content.language import _
from bot.content.quoting import quoted
from bot.content.reports import cases as case_words
from bot.content.reports import files, labels, pictures
from civic import photos
from civic.city import City
from civic.refusals import Refusal
from civic.reports import cases
from civic.reports.cases import Case
from civic.staff import name_of
from storage.store import Tx

Facts = dict[str, Any]


async def word(tx: Tx, city: City, code: str, facts: Facts) -> list[Any]:
    """Word a notice for the reader of this moment; nothing when its case is gone meanwhile."""
    try:
        return await WORDINGS[code](tx, city, facts)
    except Refusal:
        return []


async def _report_moved(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A case of the reader's own moved on."""
    case = await cases.find_case(tx, city, facts['report_id'])
    told = [event for event in await cases.history(tx, case.id) if event.id == facts['event']]
    if not told:
        return []
    lines = [_moved(facts['move'], case)]
    reason = case_words.reasons(city, case.category).get(told[-1].reason or '')
    lines += [part for part in (reason, quoted(told[-1].words or '')) if part]
    shown: list[Any] = []
    if facts['move'] == 'resolve':
        shown = list(pictures.compared(await photos.list_photos(tx, case.draft)))
        lines.append(_('Is it fixed?'))
    return [*shown, say.say('\n'.join(lines), _rows(case, facts))]


def _moved(move: str, case: Case) -> str:
    sentences = {
        'claim': _('{name} has taken up your report {number}.'),
        'ask': _('{name} asks about your report {number}:'),
        'start': _('Work has begun on your report {number}.'),
        'resolve': _('Your report {number} is resolved.'),
        'reject': _('Your report {number} was not accepted:'),
        'reassign': _('Your report {number} is now in the hands of {name}.'),
        'reopen': _('Your report {number} is taken up again.'),
        'decline_reopen': _('Your report {number} stays closed:'),
        'lapse': _('We heard nothing for 15 days, so your report {number} is closed.'),
    }
    return sentences[move].format(name=case.owner_name or _('An officer'), number=case.number)


def _rows(case: Case, facts: Facts) -> list[list[say.Button]]:
    if facts['move'] in ('resolve', 'decline_reopen') and case.state == 'resolved':
        return case_words.answer_rows(case.id, case.version)
    if facts['move'] == 'ask' and case.state == 'needs_info':
        return [[(_('✍ Answer the question'), say.data('add', case.id))]]
    return [[(_('Look at the case'), say.data('case', case.id))]]


async def _report_filed(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A new case in the reader's unit."""
    return [_staff_line(_('🆕 New report:'), await cases.find_case(tx, city, facts['report_id']), city)]


async def _report_assigned(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A case was handed to the reader."""
    return [_staff_line(_('➡ Handed on to you:'), await cases.find_case(tx, city, facts['report_id']), city)]


async def _report_answered(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """The reporter did something with a case of the reader's."""
    case = await cases.find_case(tx, city, facts['report_id'])
    return [_staff_line(_('🗣 From the reporter: {what}').format(what=case_words.move(facts['event'])), case, city)]


async def _reopen_requested(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A reporter says that it is not fixed; a supervisor decides."""
    case = await cases.find_case(tx, city, facts['report_id'])
    return [_staff_line(_('↩ Not fixed, please decide:'), case, city)]


def _staff_line(title: str, case: Case, city: City) -> Any:
    text = f'{title}\n{labels.line(case, city)}\n📍 {labels.unit(city, case.unit_code)}'
    return say.say(text, [[(_('Look at the case'), say.data('sc', case.id))]])


async def _cases_returned(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """An officer left, and his open cases wait for somebody."""
    left = _('{name} has left. Open cases that are free again: {count}. Please see that somebody takes them up.')
    text = left.format(name=await name_of(tx, facts['staff_id']), count=facts['count'])
    return [say.say(text, [[(_('🗂 Open the queue'), say.data('q', 'open', 0))]])]


async def _draft_nudge(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A report that was begun and left."""
    rows: list[list[say.Button]] = [
        [(_('Go on'), say.data('resume'))],
        [(_('🗑 Throw this draft away'), say.data('drop', facts['draft']))],
    ]
    return [say.say(_('You began a report and have not filed it yet. Do you want to go on?'), rows)]


async def _my_data_ready(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """The ZIP is made."""
    return [my_data.ready(facts['token'], facts['name'])]


async def _my_data_failed(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """The ZIP could not be made."""
    return [my_data.failed(facts['reference'])]


async def _file_refused(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A file of the reader's could not be taken."""
    return [files.refused(facts['kind'], facts['code'])]


async def _result_photo(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """Photos of a result that came after the reader was told of it."""
    case = await cases.find_case(tx, city, facts['report_id'])
    shown = pictures.compared(await photos.list_photos(tx, case.draft))
    return [*shown, files.result_is_here(case)] if shown and case.state == 'resolved' else []


async def _photo_place(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A photo that came as a file tells where it was taken."""
    return files.ask_photo_place(city, facts['lat'], facts['lon'])


async def _photo_seen_before(tx: Tx, city: City, facts: Facts) -> list[Any]:
    """A photo of the draft in hand is in an earlier report of the reader's."""
    return [files.ask_if_same(await cases.find_case(tx, city, facts['report_id']))]


WORDINGS: dict[str, Callable[[Tx, City, Facts], Awaitable[list[Any]]]] = {
    'report_moved': _report_moved,
    'report_filed': _report_filed,
    'report_assigned': _report_assigned,
    'report_answered': _report_answered,
    'report_reopen_requested': _reopen_requested,
    'cases_returned': _cases_returned,
    'draft_nudge': _draft_nudge,
    'my_data_ready': _my_data_ready,
    'my_data_failed': _my_data_failed,
    'file_refused': _file_refused,
    'photo_place': _photo_place,
    'result_photo': _result_photo,
    'photo_seen_before': _photo_seen_before,
}
