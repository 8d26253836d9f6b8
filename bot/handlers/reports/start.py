"""Whatever comes first: a photo, a place, a text or the button begins or goes on with a report."""

import re
from datetime import datetime, timedelta
from typing import Any

from aiogram.types import Message

from bot.content import residents as resident_words
from bot.content.reports import preview, questions
from bot.handlers.reports import mine
from bot.handlers.reports.hand import Reporting, go_on, hold, in_hand, take
from bot.handlers.reports.mine import Mine, take_addition
from bot.handlers.staff import desk
from bot.handlers.staff import steps as staff_steps
from bot.handlers.turn import Turn
from civic import codes, photos
from civic.guesses import likely_categories
from civic.refusals import Refusal
from civic.reports import drafts
from civic.reports.cases import Case, check_own, find_by_number, find_filed
from civic.reports.drafts import Draft
from civic.reports.moves import check_may_add, note_joined
from civic.reports.numbers import find_number, is_number, looks_like_number
from civic.words import count_seen

UNKNOWN_COMMAND = re.compile(r'/\w{2,32}', re.ASCII)  # those we know were answered before


async def begin(message: Message, turn: Turn) -> Any:
    """Begin a report; one in hand is put aside."""
    told = await put_aside(turn)
    turn.go(Reporting.anything)
    return [told, questions.ask_anything()]


async def put_aside(turn: Turn) -> Any:
    """Park the draft in hand, if something was told already; where one too many lies aside, say which one went."""
    draft = in_hand(turn)
    hold(turn, None)
    if draft is None or drafts.is_empty(draft):
        return None
    gone = await drafts.park(turn.tx, turn.conversation.id, draft)
    return preview.oldest_dropped(gone, turn.city) if gone else None


async def take_photo(message: Message, turn: Turn) -> Any:
    """Add a photo to what it is for: the album's report, an answer, a result, or the draft in hand."""
    assert message.photo
    seen = photos.Seen(message.photo[-1].file_id, message.message_id, message.media_group_id)
    draft = take(turn)
    wanted = _target(turn, draft)
    first = await photos.open_album(turn.tx, turn.conversation.id, seen.album, wanted) if seen.album else None
    target = first.target if first else wanted
    if target.draft != draft.id:
        return await _take_for_other(turn, seen, target, first)
    if draft.photos >= photos.MOST_PHOTOS:
        return await _too_many(turn, seen)
    attached = await photos.attach(turn.tx, turn.conversation.id, seen, target, uploaded=turn.keeps_uploads)
    _note(turn, draft, attached, message.caption)
    return None if first else go_on(turn, draft)


async def _take_for_other(turn: Turn, seen: photos.Seen, target: photos.Target, first: photos.Album | None) -> Any:
    """Add a photo to a case, or as a late one of its album to a draft that was put aside."""
    if first:
        check_not_late(first.at, turn.now)
    case = await _find_open(turn, target)
    if await photos.count(turn.tx, target) >= photos.MOST_PHOTOS:
        return await _too_many(turn, seen)
    attached = await photos.attach(turn.tx, turn.conversation.id, seen, target, uploaded=turn.keeps_uploads)
    if case and attached and target.purpose == 'evidence':
        await note_joined(turn.tx, case)
    return None if first else await _answer(turn, target)


def _target(turn: Turn, draft: Draft) -> photos.Target:
    """Say what a photo is for at this step."""
    step = turn.data.get('case')
    if step and turn.conversation.state == Mine.adding.state:
        return photos.Target(step['draft'], 'answer')
    if step and turn.conversation.state == staff_steps.Working.proof.state:
        return photos.Target(step['draft'], 'result')
    return photos.Target(draft.id, 'evidence')


async def _find_open(turn: Turn, target: photos.Target) -> Case | None:
    """Find the case of a photo, None for a draft; it takes the right to it at this moment. Raises Refusal."""
    case = await find_filed(turn.tx, turn.city, target.draft)
    if case is None and target.purpose != 'evidence':
        raise Refusal('no_such_case')
    if target.purpose == 'result' and case:
        staff_steps.check_may_prove(turn, case)
    elif case:
        check_own(case, turn.resident.id)
        check_may_add(case)
    return case


def check_not_late(opened: datetime, now: datetime, limit: timedelta = photos.JOINS_FOR) -> None:
    """Refuse a photo whose album was sent too long ago. Raises Refusal album_too_late."""
    if now - opened > limit:
        raise Refusal('album_too_late')


def _note(turn: Turn, draft: Draft, attached: photos.Attached | None, caption: str | None) -> None:
    if attached:
        draft.photos += 1
        draft.photo_place = draft.photo_place or attached.place
    if caption and draft.words is None and count_seen(caption) >= drafts.FEWEST_WORDS:
        drafts.set_words(draft, caption)
    hold(turn, draft)


async def _answer(turn: Turn, target: photos.Target) -> Any:
    """After the first photo of an album for a case, or a single one: go on with what it was for."""
    if target.purpose == 'answer':
        return await mine.take_photos(turn, target.draft)
    return staff_steps.ask_proof_words(turn)


async def _too_many(turn: Turn, seen: photos.Seen) -> Any:
    if seen.album and not await photos.tell_once(turn.tx, turn.conversation.id, seen.album):
        return None
    return questions.too_many_photos(photos.MOST_PHOTOS)


async def ask_place(message: Message, turn: Turn) -> Any:
    """The word of the place button, from where a phone gives no place: ask for it."""
    draft = take(turn)
    hold(turn, draft)
    turn.go(Reporting.place)
    return questions.ask_place(draft)


async def take_place(message: Message, turn: Turn) -> Any:
    """Take a point; where the platform names it (a venue), its words too."""
    assert message.location
    draft = take(turn)
    drafts.set_place(draft, turn.city, message.location.latitude, message.location.longitude)
    if message.venue:
        drafts.set_place_words(draft, f'{message.venue.title} {message.venue.address}')
    return go_on(turn, draft)


async def take_text(message: Message, turn: Turn) -> Any:
    """Give text to the step that waits for it; a bare case number or sign-in code is taken at any step."""
    words = message.text or ''
    if is_number(words):
        return await _find_case(turn, words)
    if codes.looks_like_code(words):
        return await desk.sign_in(turn, words)
    if UNKNOWN_COMMAND.fullmatch(words):
        return resident_words.help_text(turn.city)
    taker = TEXT_STEPS.get(turn.conversation.state or '')
    reply = await taker(turn, words) if taker else await _take_other_words(turn, words)
    _note_where(turn, message, words)
    return reply


def _note_where(turn: Turn, message: Message, words: str | None) -> None:
    """Remember which message gave a draft its words: its writer may edit it."""
    draft = in_hand(turn)
    if draft is not None and words and draft.words == words.strip():
        turn.data['words_in'] = [draft.id, message.message_id]


async def take_edit(message: Message, turn: Turn) -> Any:
    """Take an edited text for the draft that it gave its words to; whatever was answered already stays as it is."""
    draft = in_hand(turn)
    if draft is None or turn.data.get('words_in') != [draft.id, message.message_id]:
        return resident_words.edit_too_late()
    drafts.set_words(draft, message.text or message.caption or '')
    return go_on(turn, draft)


async def _take_other_words(turn: Turn, words: str) -> Any:
    """No step waits: words for the draft in hand, a question about a case, or something out of the blue."""
    if in_hand(turn) is not None:
        return await _take_words(turn, words)
    if looks_like_number(words) and turn.city.prefix in words.upper():
        return await _find_case(turn, words)
    return _out_of_the_blue(turn, words)


async def _find_case(turn: Turn, words: str) -> Any:
    turn.leave_case()
    number = find_number(words)
    if number is None:
        raise Refusal('number_mistyped')
    case = await find_by_number(turn.tx, turn.city, number)
    return await mine.show_any(turn, case.id)


async def _take_place_words(turn: Turn, words: str) -> Any:
    draft = take(turn)
    drafts.set_place_words(draft, words)
    return go_on(turn, draft)


async def _take_words(turn: Turn, words: str) -> Any:
    draft = take(turn)
    drafts.set_words(draft, words)
    return go_on(turn, draft)


def _out_of_the_blue(turn: Turn, words: str) -> Any:
    """Begin at once with words that name a known trouble; ask about all others."""
    if likely_categories(turn.city, words) and count_seen(words) >= drafts.FEWEST_WORDS:
        draft = take(turn)
        drafts.set_words(draft, words)
        return go_on(turn, draft)
    turn.data['said'] = words[: drafts.MOST_WORDS]
    return questions.ask_if_report(words)


TEXT_STEPS = {
    Reporting.place.state: _take_place_words,
    Reporting.words.state: _take_words,
    Reporting.anything.state: _take_words,
    Mine.adding.state: take_addition,
    staff_steps.Working.question.state: staff_steps.take_words,
    staff_steps.Working.proof.state: staff_steps.take_words,
    staff_steps.Working.refusal.state: staff_steps.take_words,
}
