"""The desk of a staff member: sign in, queue, one case."""

from typing import Any

from aiogram.types import CallbackQuery, Message
from sqlalchemy import Row

from bot.content import say
from bot.content import staff as words
from bot.content.reports import files, pictures
from bot.handlers.turn import Turn, number_in
from civic import audit, codes, lookalikes, photos, staff
from civic.people import StaffMember
from civic.refusals import Refusal
from civic.reports import cases, workflow
from civic.reports.cases import Case
from storage.files import ORIGINAL


def get_member(turn: Turn) -> StaffMember:
    """Take the staff member who acts, as he stands at this tap. Raises Refusal staff_only."""
    if turn.staff is None:
        raise Refusal('staff_only')
    turn.conversation.for_staff = turn.staff.id
    return turn.staff


async def sign_in(turn: Turn, code: str) -> Any:
    """Bind this chat's person to the staff member of a one-time code; he begins nothing that another left here."""
    who = codes.Who(str(turn.conversation.address), turn.network)
    member = await staff.sign_in(turn.tx, turn.resident.id, code, who)
    if member is None:
        return words.wrong_code()
    turn.leave_case()
    turn.conversation.for_staff = turn.conversation.about = None
    return words.signed_in(member, turn.city)


async def sign_out(turn: Turn) -> Any:
    """Unbind."""
    await staff.sign_out(turn.tx, get_member(turn))
    turn.conversation.for_staff = None
    return words.signed_out()


async def show(message: Message, turn: Turn) -> Any:
    """Show the open cases."""
    return await show_queue(turn, 'open:0')


async def tap(callback: CallbackQuery, verb: str, value: str, turn: Turn) -> Any:
    """Answer a button of the desk."""
    return await TAPS[verb](turn, value)


async def show_queue(turn: Turn, value: str) -> Any:
    """Show a page of the queue by filter."""
    member = get_member(turn)
    turn.data.pop('case', None)
    turn.go(None)
    wanted, _, page = value.partition(':')
    if wanted not in words.filters():
        raise Refusal('old_button')
    at = number_in(page or '0')
    found, more = await cases.list_queue(turn.tx, turn.city, member, wanted, at)
    counts = await cases.count_queue(turn.tx, member)
    await audit.note(turn.tx, member, 'list', 'queue', wanted, page=at, count=len(found))
    return words.queue(found, counts, wanted, (at, more), turn.city)


async def show_one(turn: Turn, value: str) -> Any:
    """Show one case."""
    turn.data.pop('case', None)
    turn.go(None)
    return await show_case(turn, number_in(value))


async def show_case(turn: Turn, report_id: int) -> list[Any]:
    """Show a case of the subtree: place, photos, history, moves."""
    member = get_member(turn)
    case = await cases.get_seen(turn.tx, turn.city, report_id, member)
    await audit.note(turn.tx, member, 'open', 'report', case.id)
    return await picture(turn, case)


async def picture(turn: Turn, case: Case) -> list[Any]:
    """Put a case together for staff who open it: photos, place, card."""
    kept = await photos.list_photos(turn.tx, case.draft)
    shown: list[Any] = list(pictures.all_of(kept))
    if case.lat is not None and case.lon is not None:
        shown.append(say.show_place(case.lat, case.lon))
    return [*shown, await _card(turn, case, kept)]


async def card(turn: Turn, case: Case) -> Any:
    """Show where a case stands after a move; its photos and place stand above already."""
    return await _card(turn, case, await photos.list_photos(turn.tx, case.draft))


async def _card(turn: Turn, case: Case, kept: list[Row[Any]]) -> Any:
    member = get_member(turn)
    turn.conversation.about = case.id
    also_in = await lookalikes.list_also_in(turn.tx, turn.city, member, case.draft) if kept else []
    told = await cases.history(turn.tx, case.id)
    moves = workflow.moves_for(member, case.state, case.owner_id, case.unit_path)
    return words.case_card(case, told, moves, turn.city, files.on_card(kept, also_in))


async def show_originals(turn: Turn, value: str) -> Any:
    """Hand the original photos and the recordings to staff, and note who saw them."""
    member = get_member(turn)
    case = await cases.get_seen(turn.tx, turn.city, number_in(value), member)
    if member.role == 'viewer':
        raise Refusal('not_allowed', role=member.role, move='originals')
    kept = [row for row in await photos.list_photos(turn.tx, case.draft) if row.original_key]
    if not kept:
        return words.no_originals()
    turn.conversation.about = case.id
    await audit.note(turn.tx, member, 'see_originals', 'report', case.id, count=len(kept))
    return [_original(row, case) for row in kept]


def _original(row: Row[Any], case: Case) -> Any:
    if row.kind == 'photo':
        return say.hand_over(f'{row.token}{ORIGINAL}', f'original-{row.id}', words.original_caption(case.number))
    name = f'{row.kind}-{row.id}.{"ogg" if row.kind == "voice" else "mp4"}'
    return say.play(row.kind, f'{row.token}{ORIGINAL}', name, words.recording_caption(case.number))


TAPS = {'q': show_queue, 'sc': show_one, 'orig': show_originals}
