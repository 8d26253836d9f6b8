"""One's own cases: list, look, add, answer, withdraw."""

from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.content import say
from bot.content.reports import cases as words
from bot.content.reports import pictures
from bot.handlers.staff import desk
from bot.handlers.turn import Turn, message_id_of, number_in
from civic import photos
from civic.refusals import Refusal
from civic.reports import additions, cases, drafts, moves
from civic.reports.cases import Case


class Mine(StatesGroup):
    """Adding something to a case of one's own."""

    adding = State()


async def show(message: Message, turn: Turn) -> Any:
    """Show the first page of one's cases."""
    return await show_page(turn, '0')


async def tap(callback: CallbackQuery, verb: str, value: str, turn: Turn) -> Any:
    """Answer a button of one's cases; a question that was answered loses its buttons."""
    said = await TAPS[verb](turn, value)
    answered = verb in ('ans', 'added') or value.endswith(':yes')
    return [*say.strip(message_id_of(callback)), said] if answered else said


async def show_page(turn: Turn, value: str) -> Any:
    """Show a page, with the drafts on the first."""
    turn.leave_case()
    page = number_in(value)
    found, more = await cases.list_own(turn.tx, turn.city, turn.resident.id, page)
    parked = await drafts.list_parked(turn.tx, turn.conversation.id) if page == 0 else []
    return words.own_list(found, parked, page, more, turn.city)


async def show_own(turn: Turn, value: str) -> Any:
    """Show one case of one's own, with its photos."""
    turn.leave_case()
    case = await cases.get_own(turn.tx, turn.city, number_in(value), turn.resident.id)
    return await _picture(turn, case)


async def show_any(turn: Turn, report_id: int) -> Any:
    """Show a case found by number: one's own, or as staff one of the subtree. Raises Refusal no_such_case."""
    case = await cases.find_case(turn.tx, turn.city, report_id)
    if case.resident_id != turn.resident.id and turn.staff is not None:
        return await desk.show_case(turn, report_id)
    return await show_own(turn, str(report_id))


async def _picture(turn: Turn, case: Case) -> list[Any]:
    kept = await photos.list_photos(turn.tx, case.draft)
    told = await cases.history(turn.tx, case.id)
    shown = pictures.all_of(row for row in kept if photos.is_shown(row, case.resolved_at))
    return [*shown, words.own_case(case, told, turn.city)]


async def add(turn: Turn, value: str) -> Any:
    """Begin to add photos or words to a case."""
    case = await cases.get_own(turn.tx, turn.city, number_in(value), turn.resident.id)
    additions.check_may_add(case)
    turn.data['case'] = {'id': case.id, 'draft': case.draft}
    turn.go(Mine.adding)
    return words.ask_addition(case)


async def take_addition(turn: Turn, said: str) -> Any:
    """Add words to the case in hand."""
    step = turn.data.pop('case', None)
    turn.go(None)
    if step is None:
        raise Refusal('old_button')
    return words.added(await additions.add_words(turn.tx, turn.city, turn.resident.id, step['id'], said))


async def take_photos(turn: Turn, case: Case) -> Any:
    """Photos for a case count as soon as they come: whoever asked for them is told without another tap."""
    await additions.add_to(turn.tx, turn.city, case, None)
    return words.more_additions(case.id)


async def done(turn: Turn, value: str) -> Any:
    """End adding and show the case."""
    if turn.conversation.state == Mine.adding.state:
        turn.data.pop('case', None)
        turn.go(None)
    return await show_own(turn, value)


async def withdraw(turn: Turn, value: str) -> Any:
    """Withdraw after asking once."""
    case_id, _, rest = value.partition(':')
    version, _, sure = rest.partition(':')
    if sure != 'yes':
        return words.withdraw_sure(number_in(case_id), number_in(version))
    move = moves.Move('withdraw', version=number_in(version))
    case = await moves.move_as_reporter(turn.tx, turn.city, turn.resident.id, number_in(case_id), move)
    return words.withdrawn(case)


async def answer(turn: Turn, value: str) -> Any:
    """Take the reporter's verdict: fixed, partly, not."""
    case_id, version, verdict = ([*value.split(':'), '', ''])[:3]
    if verdict not in ('fixed', 'partly', 'not'):
        raise Refusal('old_button')
    name = 'confirm' if verdict == 'fixed' else 'request_reopen'
    reason = None if verdict == 'fixed' else verdict
    move = moves.Move(name, version=number_in(version), answer=verdict, reason=reason)
    case = await moves.move_as_reporter(turn.tx, turn.city, turn.resident.id, number_in(case_id), move)
    return words.thanks_fixed(case) if verdict == 'fixed' else words.reopen_asked(case)


TAPS = {'mine': show_page, 'case': show_own, 'add': add, 'added': done, 'wd': withdraw, 'ans': answer}
