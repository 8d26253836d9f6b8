"""Refusals and troubles in words: the one place where a code becomes a sentence that says what to do."""

from collections.abc import Callable
from typing import Any

from bot.content import operators, residents
from bot.content.calls import Call, freeze
from bot.content.language import _, marked, reader
from bot.content.reports import labels
from bot.content.say import Button, data, say
from civic.refusals import Refusal


def sentence(refusal: Refusal) -> str:
    """Word a refusal for the reader; an unknown code gets a plain sentence rather than silence."""
    found = SENTENCES.get(refusal.code)
    return found(refusal.facts) if found else _('This cannot be done now. Please use the buttons.')


def word(refusal: Refusal, chat_id: int, update: dict[str, Any]) -> list[Call]:
    """Word a refusal as calls, and acknowledge the tap that met it."""
    return [freeze(say(sentence(refusal), _rows(refusal)), chat_id), *_acknowledge(update)]


OLD_CARDS = ('changed_meanwhile', 'not_now', 'not_your_case')


def _rows(refusal: Refusal) -> list[list[Button]]:
    """Where the card was old, the way to the case as it stands now."""
    if refusal.code not in OLD_CARDS or 'report_id' not in refusal.facts:
        return []
    verb = 'sc' if refusal.facts['reader'] == 'staff' else 'case'
    return [[(_('Look at the case'), data(verb, refusal.facts['report_id']))]]


def apology(reference: str, chat_id: int, update: dict[str, Any]) -> list[Call]:
    """Say sorry for a fault of ours, with its reference."""
    text = _('Sorry, something went wrong on our side. Nothing you sent is lost. Reference: {reference}')
    return [freeze(say(text.format(reference=reference)), chat_id), *_acknowledge(update)]


def slow_down(chat_id: int) -> list[Call]:
    """The polite notice of the flood guard, said once."""
    text = _('That was a lot at once. Please wait a minute; this last message and what follows were not read.')
    return [freeze(residents.with_menu(text), chat_id)]


def _acknowledge(update: dict[str, Any]) -> list[Call]:
    query = update.get('callback_query')
    return [Call('answerCallbackQuery', {'callback_query_id': query['id']})] if query else []


def _not_now(facts: dict[str, Any]) -> str:
    return _('This is not possible any more: the case is now "{state}".').format(state=labels.state(facts['state']))


def _plain(text: str) -> Callable[[dict[str, Any]], str]:
    """Word a refusal that only fills in its facts; `text` is a msgid, translated when it is said."""
    return lambda facts: _(text).format(**facts)


def _outside(facts: dict[str, Any]) -> str:
    """Outside the city: nothing is lost, and whom to turn to."""
    lines = [_('This place is outside the city, so nobody here can act on it. What you told is kept.')]
    lines.append(_('For that place please turn to:'))
    locale = reader()
    lines += [f'☎ {one.number} {one.name.at(locale)} ({one.note.at(locale)})' for one in facts['referrals']]
    lines.append(_('If it is in the city after all, send the place again.'))
    return '\n'.join(lines)


FOR_RESIDENTS: dict[str, Callable[[dict[str, Any]], str]] = {
    code: _plain(text)
    for code, text in {
        'old_button': marked('This button is old. Please use the newest buttons.'),
        'impossible_coordinates': marked('This point cannot be on the Earth; please send the place again.'),
        'place_too_short': marked('Please say a little more about the place: road, village, what is next to it.'),
        'too_few_words': marked('Please write at least {fewest} characters: what happened, and since when?'),
        'too_many_words': marked('This is too long: {found} characters, at most {most}. Please shorten it.'),
        'no_such_unit': marked('We do not know this place. Please choose from the list.'),
        'no_such_category': marked('We do not know this category. Please choose from the list.'),
        'no_such_landmark': marked('We do not know this place. Please choose from the list.'),
        'no_such_draft': marked('This draft is not there any more. "My reports" shows what is.'),
        'no_draft_in_hand': marked('This report was filed or put aside already. "My reports" shows it.'),
        'no_such_case': marked('We find no such case of yours. "My reports" shows all of them.'),
        'number_mistyped': marked('This number is mistyped; please compare it once more.'),
        'no_such_photo': marked('This photo did not arrive; please send it again.'),
        'no_photo_place': marked('The photo has no place in it; please send the place.'),
        'album_too_late': marked(
            'This photo came too late for its report; open the case and choose "Add photos or words".'
        ),
        'photo_too_large': marked(
            'This photo is larger than 20 MB. Please send it as a photo, not as a file: then it is smaller.'
        ),
        'recording_too_large': marked('This recording is larger than 20 MB. Please send a shorter one.'),
        'voice_too_long': marked('A voice message can be 2 minutes long here. Please send a shorter one.'),
        'video_too_long': marked('A video can be 60 seconds long here. Please send a shorter one.'),
        'too_many_recordings': marked(
            'One report takes at most {most} voice messages and videos. Please write the rest, or send photos.'
        ),
        'too_many_photos_today': marked('You sent {most} photos in a day, which is the most. Please go on tomorrow.'),
        'too_many_reports_today': marked(
            'You filed {most} reports in a day, which is the most. Please go on tomorrow.'
        ),
        'photo_needed': marked(
            'The photos of this report are not there any more. Please send one; it is needed here.'
        ),
        'incomplete': marked('Something is still missing; please answer the question above.'),
        'changed_meanwhile': marked('Somebody else changed this case just now; please open it again.'),
        'words_needed': marked('Please write a sentence; the other side reads it.'),
        'proof_needed': marked('Please send a photo of the result, or write what was done.'),
        'not_allowed': marked('Your role may not do this. Please ask your supervisor.'),
        'not_your_case': marked("This case is in somebody else's hands. Please ask your supervisor."),
        'staff_only': marked('This is for staff. If you are, sign in with the code you were given.'),
        'staff_sign_out_first': marked('You work here as staff. Please sign out as staff first, under "Settings".'),
        'no_such_staff': marked("This person does not work for the case's unit."),
        'too_many_tries': marked('Too many wrong codes. Please wait an hour.'),
        'no_such_language': marked('We speak Chinese and English here.'),
    }.items()
} | {'not_now': _not_now, 'outside_city': _outside}
SENTENCES = FOR_RESIDENTS | operators.SENTENCES
