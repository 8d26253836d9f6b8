"""The buttons of the report dialog."""

from typing import Any

from aiogram.types import CallbackQuery

from bot.content import residents as resident_words
from bot.content.reports import labels, preview, questions
from bot.handlers.reports import start
from bot.handlers.reports.hand import Reporting, get_hand, go_on, hold, take
from bot.handlers.turn import Turn, message_id_of
from civic import photos
from civic.refusals import Refusal
from civic.reports import drafts, filing


async def tap(callback: CallbackQuery, verb: str, value: str, turn: Turn) -> Any:
    """Answer a button of the dialog."""
    return await TAPS[verb](turn, value, message_id_of(callback))


async def begin(turn: Turn, value: str, message_id: int | None) -> Any:
    """Begin from a button; 'words' takes up what was said before."""
    told = await start.put_aside(turn)
    draft = take(turn)
    said = turn.data.pop('said', None)
    if value == 'words' and said:
        drafts.set_words(draft, said)
        return [told, go_on(turn, draft)]
    turn.go(Reporting.anything)
    return [told, questions.ask_anything()]


async def show_help(turn: Turn, value: str, message_id: int | None) -> Any:
    """Show what can be done."""
    turn.data.pop('said', None)
    return resident_words.help_text(turn.city, has_page=turn.has_page)


async def show_group(turn: Turn, value: str, message_id: int | None) -> Any:
    """Show the groups, or one group's categories."""
    if value == 'all':
        return questions.choose_group(turn.city, message_id)
    if value not in {group.code for group in turn.city.groups}:
        raise Refusal('no_such_category')
    return questions.choose_category(turn.city, value, message_id)


async def set_category(turn: Turn, value: str, message_id: int | None) -> Any:
    """Take the category."""
    draft = take(turn)
    drafts.set_category(draft, turn.city, value)
    warning = questions.warning(turn.city, value)
    return [*questions.chosen(message_id, labels.category(turn.city, value)), warning, go_on(turn, draft)]


async def set_county(turn: Turn, value: str, message_id: int | None) -> Any:
    """Take the county-level unit."""
    draft = take(turn)
    drafts.set_county(draft, turn.city, value)
    return [*questions.chosen(message_id, labels.unit(turn.city, value)), go_on(turn, draft)]


async def set_street(turn: Turn, value: str, message_id: int | None) -> Any:
    """Take the street, or the county where the street is not known; remembered for the next report."""
    draft = take(turn)
    drafts.set_unit(draft, turn.city, value)
    turn.data['last_street'] = value
    return [*questions.chosen(message_id, labels.unit(turn.city, value)), go_on(turn, draft)]


async def show_places(turn: Turn, value: str, message_id: int | None) -> Any:
    """Show the list for whoever has no location."""
    return questions.list_places(turn.city)


async def show_landmarks(turn: Turn, value: str, message_id: int | None) -> Any:
    """Show a county's well-known places and streets."""
    unit = turn.city.find_unit(value)
    if unit is None or unit.kind != 'county':
        raise Refusal('no_such_unit')
    return questions.list_landmarks(turn.city, unit)


async def set_landmark(turn: Turn, value: str, message_id: int | None) -> Any:
    """Take a well-known place: its name as the place's words, and its street."""
    found = turn.city.landmark(value)
    draft = take(turn)
    drafts.set_place_words(draft, found.name.zh)
    drafts.set_unit(draft, turn.city, found.unit)
    return [*questions.chosen(message_id, labels.unit(turn.city, found.unit)), go_on(turn, draft)]


async def set_listed_street(turn: Turn, value: str, message_id: int | None) -> Any:
    """Take a street from the list as the place."""
    draft = take(turn)
    drafts.set_unit(draft, turn.city, value)
    drafts.set_place_words(draft, turn.city.unit(value).name.zh)
    return [*questions.chosen(message_id, labels.unit(turn.city, value)), go_on(turn, draft)]


async def use_photo_place(turn: Turn, value: str, message_id: int | None) -> Any:
    """Take the place stored in the photo, now that the resident said so."""
    draft = get_hand(turn)
    if draft.photo_place is None:
        raise Refusal('no_photo_place')
    lat, lon = draft.photo_place
    draft.photo_place = None
    drafts.set_place(draft, turn.city, lat, lon)
    return go_on(turn, draft)


async def turn_preview(turn: Turn, value: str, message_id: int | None) -> Any:
    """Show the card as staff or as others see it."""
    draft = get_hand(turn)
    if drafts.missing(draft, turn.city) or message_id is None:
        return go_on(turn, draft)
    return preview.turn_card(draft, turn.city, value, message_id)


async def change(turn: Turn, value: str, message_id: int | None) -> Any:
    """Ask again for one thing of the draft."""
    draft = get_hand(turn)
    if value not in CHANGES:
        return preview.changes(draft)
    return await CHANGES[value](turn, draft)


async def _change_photos(turn: Turn, draft: drafts.Draft) -> Any:
    turn.go(Reporting.preview)
    return preview.ask_more_photos()


async def _remove_photos(turn: Turn, draft: drafts.Draft) -> Any:
    await photos.let_go(turn.tx, draft.id)
    draft.photos, draft.checking, draft.recordings, draft.photo_place = 0, 0, 0, None
    return go_on(turn, draft)


async def _ask_again(turn: Turn, draft: drafts.Draft, *names: str) -> Any:
    for name in names:
        setattr(draft, name, [] if name == 'near' else None)
    return go_on(turn, draft)


CHANGES = {
    'category': lambda turn, draft: _ask_again(turn, draft, 'category'),
    'place': lambda turn, draft: _ask_again(turn, draft, 'lat', 'lon', 'place_words'),
    'street': lambda turn, draft: _ask_again(turn, draft, 'unit', 'county', 'near'),
    'words': lambda turn, draft: _ask_again(turn, draft, 'words'),
    'photo': _change_photos,
    'nophoto': _remove_photos,
}


async def file(turn: Turn, value: str, message_id: int | None) -> Any:
    """File the draft in hand."""
    draft = get_hand(turn)
    filed = await filing.file_report(turn.tx, turn.city, draft, turn.conversation)
    turn.data['filed'] = drafts.one_more(draft).as_facts()
    hold(turn, None)
    turn.go(None)
    return preview.filed(filed, message_id, has_page=turn.has_page)


async def one_more(turn: Turn, value: str, message_id: int | None) -> Any:
    """Begin one more with the same place and category."""
    last = turn.data.get('filed')
    if last is None:
        return await begin(turn, value, message_id)
    told = await start.put_aside(turn)
    draft = drafts.one_more(drafts.draft_of(last))
    return [told, go_on(turn, draft)]


async def later(turn: Turn, value: str, message_id: int | None) -> Any:
    """Put the draft aside."""
    get_hand(turn)
    told = await start.put_aside(turn)
    turn.go(None)
    return [told, preview.parked()]


async def take_up(turn: Turn, value: str, message_id: int | None) -> Any:
    """Go on with a draft that was put aside."""
    draft = await drafts.take_up(turn.tx, turn.conversation.id, value)
    told = await start.put_aside(turn)
    return [told, go_on(turn, draft)]


async def resume(turn: Turn, value: str, message_id: int | None) -> Any:
    """Go on with the draft in hand."""
    return go_on(turn, get_hand(turn))


async def drop(turn: Turn, value: str, message_id: int | None) -> Any:
    """Throw a draft away."""
    await drafts.drop(turn.tx, turn.conversation.id, value)
    held = turn.data.get('draft')
    if held and held['id'] == value:
        hold(turn, None)
        turn.go(None)
    return preview.dropped(message_id)


TAPS = {
    'cat': set_category,
    'str': set_street,
    'file': file,
    'see': turn_preview,
    'grp': show_group,
    'cnt': set_county,
    'new': begin,
    'hlp': show_help,
    'places': show_places,
    'plc': show_landmarks,
    'lmk': set_landmark,
    'lst': set_listed_street,
    'exif': use_photo_place,
    'chg': change,
    'later': later,
    'more': one_more,
    'take': take_up,
    'resume': resume,
    'drop': drop,
}
