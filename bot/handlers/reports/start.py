"""Whatever comes first: a photo, a place, a text or the button begins or goes on with a report."""

import re
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
from civic import codes
from civic.guesses import likely_categories
from civic.refusals import Refusal
from civic.reports import drafts
from civic.reports.cases import find_by_number
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
        return resident_words.help_text(turn.city, has_page=turn.has_page)
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
