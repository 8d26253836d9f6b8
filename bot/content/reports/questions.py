"""The questions of the report dialog, each asked only when its answer is missing."""

from collections.abc import Sequence
from typing import Any

from bot.content.language import _, reader
from bot.content.reports import labels
from bot.content.residents import with_menu
from bot.content.say import Button, Rows, data, edit, say
from civic.city import City, Unit
from civic.reports.drafts import Draft


def ask_anything() -> Any:
    """The first step: whatever comes first."""
    return with_menu(_('📷 Send a photo of it, or a place 📍, or write what happened.'))


def ask_place(draft: Draft) -> Any:
    """Where it is."""
    rows: list[list[Button]] = []
    if draft.photo_place:
        rows.append([(_('Use the place stored in the photo'), data('exif'))])
    rows.append([(_('📋 Choose from a list'), data('places'))])
    return say(_('Where is it? Tap 📍 to send the place, or write it: road, village, what is next to it.'), rows)


def ask_category(city: City, guesses: Sequence[str]) -> Any:
    """What it is: the likeliest three first, or the groups."""
    if not guesses:
        return say(_('What is it about?'), group_rows(city))
    rows: list[list[Button]] = [[(labels.category(city, code), data('cat', code))] for code in guesses]
    return say(_('What is it about? Perhaps one of these:'), [*rows, [(_('Something else…'), data('grp', 'all'))]])


def group_rows(city: City) -> Rows:
    """The groups, two in a row."""
    locale = reader()
    return _pairs([(f'{group.emoji} {group.name.at(locale)}', data('grp', group.code)) for group in city.groups])


def choose_group(city: City, message_id: int | None) -> Any:
    """Show all groups in place of the guesses."""
    return _put(message_id, _('What is it about?'), group_rows(city))


def choose_category(city: City, group: str, message_id: int | None) -> Any:
    """Show the categories of a group."""
    locale = reader()
    found = city.open_categories(group)
    rows: list[list[Button]] = [[(category.name.at(locale), data('cat', category.code))] for category in found]
    return _put(message_id, _('Which of these?'), [*rows, [(_('‹ Back'), data('grp', 'all'))]])


def ask_county(city: City, near: Sequence[str]) -> Any:
    """Which county-level unit; near a border only those it may be."""
    locale = reader()
    units = [city.unit(code) for code in near] or city.counties()
    rows = _pairs([(unit.name.at(locale), data('cnt', unit.code)) for unit in units])
    word = city.county_word.at(locale)
    if near:
        return say(_('This is close to a border. Which {county} is it in?').format(county=word), rows)
    return say(_('Which {county} is it in?').format(county=word), rows)


def ask_street(city: City, county: str, last: str | None) -> Any:
    """Which street or town; the one used last comes first."""
    streets = sorted(city.streets(county), key=lambda unit: unit.code != last)
    rows = _pairs([(unit.name.at(reader()), data('str', unit.code)) for unit in streets])
    name = city.unit(county).name.at(reader())
    return say(
        _('Which street or town of {county}?').format(county=name),
        [*rows, [(_("I don't know"), data('str', county))]],
    )


def ask_photo(city: City, category: str) -> Any:
    """A photo is needed for this category."""
    name = labels.category(city, category)
    return say(_('For "{category}" staff need at least one photo. Please send it now. 📷').format(category=name))


def ask_words(city: City, category: str) -> Any:
    """What happened, and since when; and what staff want to know of this category."""
    found = city.category(category)
    ask = _('What happened, and since when? One sentence is enough.')
    return say(f'{ask}\n{found.hint.at(reader())}' if found.hint and not found.urgent else ask)


def warning(city: City, category: str) -> Any:
    """What to heed at once, where a category may mean danger."""
    found = city.category(category)
    return say(f'⚠ {found.hint.at(reader())}') if found.urgent and found.hint else None


def list_places(city: City) -> Any:
    """The list for whoever has no location: the county-level units first."""
    rows = _pairs([(unit.name.at(reader()), data('plc', unit.code)) for unit in city.counties()])
    return say(_('Which {county} is it in?').format(county=city.county_word.at(reader())), rows)


def list_landmarks(city: City, county: Unit) -> Any:
    """Well-known places of a county, then its streets."""
    locale = reader()
    rows = _pairs([(f'★ {one.name.at(locale)}', data('lmk', one.code)) for one in city.landmarks_in(county.code)])
    streets = _pairs([(unit.name.at(locale), data('lst', unit.code)) for unit in city.streets(county.code)])
    return say(_('Choose a place nearby (★), or the street or town:'), [*rows, *streets])


def chosen(message_id: int | None, what: str) -> list[Any]:
    """Turn an answered question into its answer."""
    return [] if message_id is None else [edit(message_id, f'✓ {what}')]


def too_many_photos(most: int) -> Any:
    """The tenth photo."""
    return say(_('Only {most} photos fit into one report; the others were left out.').format(most=most))


def ask_if_report(words: str) -> Any:
    """Words out of the blue that may or may not be a report."""
    return say(
        _('Is this something to report? "{words}"').format(words=words[:60]),
        [[(_('Yes, report it'), data('new', 'words'))], [(_('No, show me what I can do'), data('hlp'))]],
    )


def _put(message_id: int | None, text: str, rows: Rows) -> Any:
    return say(text, rows) if message_id is None else edit(message_id, text, rows)


def _pairs(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
