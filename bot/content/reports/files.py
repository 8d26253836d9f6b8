"""What is said of files once they are here, or could not be fetched; and of kinds that we do not take."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from bot.content import photos as refusals
from bot.content.language import _, counted
from bot.content.reports import labels
from bot.content.reports.cases import answer_rows
from bot.content.say import Button, data, say, show_place
from civic.city import City
from civic.places import locate
from civic.reports.cases import Case
from civic.reports.numbers import Number


def refused(kind: str, code: str) -> Any:
    """A file that was sent is not kept."""
    if code == 'gone':
        text = _('We could not fetch a photo that you sent. Please send it once more.')
        return say(
            text if kind == 'photo' else _('We could not fetch a recording that you sent. Please send it again.')
        )
    if kind != 'photo':
        return say(refusals.recording_refusal(code))
    if code == 'too_big':
        return say(
            _('This photo is larger than 20 MB. Please send it as a photo, not as a file: then it is smaller.')
        )
    return say(refusals.refusal(code))


def ask_photo_place(city: City, lat: float, lon: float) -> list[Any]:
    """A photo tells where it was taken: show the point and ask."""
    county = locate(city, lat, lon).county
    where = labels.unit(city, county) if county else city.name.zh
    rows: list[list[Button]] = [[(_('Use the place stored in the photo'), data('exif'))]]
    return [
        show_place(lat, lon),
        say(_('The photo says that it was taken here ({unit}). Use this place?').format(unit=where), rows),
    ]


def ask_if_same(case: Case) -> Any:
    """A photo was used in an earlier report of the same person."""
    rows: list[list[Button]] = [
        [(_('Yes: look at {number}').format(number=case.number), data('case', case.id))],
        [(_('No, it is something else'), data('resume'))],
    ]
    return say(
        _('This photo is in your report {number} as well. Is it the same thing?').format(number=case.number), rows
    )


def result_is_here(case: Case) -> Any:
    """Photos of a result that came after it was told."""
    words = _('These are the photos of the result of {number}. Is it fixed?').format(number=case.number)
    return say(words, answer_rows(case.id, case.version))


def other_kind() -> Any:
    """A file of a kind that we do not take."""
    return say(_('Here we take photos, voice messages and short videos, and no other files.'))


def only_photos() -> Any:
    """A recording where photos are wanted."""
    return say(_('The reporter sees the result, so please send photos of it.'))


def on_card(kept: Sequence[Row[Any]], also_in: Sequence[Number]) -> list[str]:
    """Lines for staff: what is still to come, what can be played, what could not be taken, where a photo is too."""
    coming = sum(row.state == 'pending' for row in kept)
    spoken = sum(row.state == 'ready' and row.kind != 'photo' and row.original_key is not None for row in kept)
    lost = sum(row.state == 'refused' for row in kept)
    heard = counted('🎙 {count} recording, under "Originals"', '🎙 {count} recordings, under "Originals"', spoken)
    lines = [
        (counted('⏳ {count} file is being fetched', '⏳ {count} files are being fetched', coming), coming),
        (heard, spoken),
        (counted('⚠ {count} file could not be taken', '⚠ {count} files could not be taken', lost), lost),
    ]
    said = [line.format(count=count) for line, count in lines if count]
    numbers = ', '.join(map(str, also_in))
    return [*said, _('🔁 A photo is in another case too: {numbers}').format(numbers=numbers)] if numbers else said
