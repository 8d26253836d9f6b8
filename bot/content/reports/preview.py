"""The preview: what staff see, what others see; and what is said when it is filed."""

from typing import Any

from bot.content.language import _, counted
from bot.content.quoting import quoted
from bot.content.reports import labels
from bot.content.residents import with_menu
from bot.content.say import Button, data, edit, say, strip
from civic.city import City
from civic.reports.drafts import MOST_DRAFTS, Draft
from civic.reports.filing import Filed
from civic.reports.hints import personal_hints


def card(draft: Draft, city: City) -> Any:
    """The preview card with its buttons."""
    return say(_staff_view(draft, city), _rows('others'))


def turn_card(draft: Draft, city: City, view: str, message_id: int) -> Any:
    """The same card seen by staff or by others."""
    text = _others_view(draft, city) if view == 'others' else _staff_view(draft, city)
    return edit(message_id, text, _rows('staff' if view == 'others' else 'others'))


def _rows(other_view: str) -> list[list[Button]]:
    turn = _('👁 What others see') if other_view == 'others' else _('👁 What staff see')
    return [
        [(_('✅ File the report'), data('file'))],
        [(turn, data('see', other_view))],
        [(_('✏ Change something'), data('chg')), (_('🕓 Later'), data('later'))],
    ]


def _staff_view(draft: Draft, city: City) -> str:
    photos = counted('{count} photo', '{count} photos', draft.photos).format(count=draft.photos)
    lines = [
        _('Please check. This is what staff see:'),
        '',
        labels.category(city, draft.category or ''),
        f'📍 {labels.unit(city, draft.unit or "")}',
        labels.place(draft.lat, draft.place_words),
        f'📷 {photos}',
        *_sent(draft),
        f'📝\n{quoted(draft.words or "")}',
    ]
    return '\n'.join(lines + _hints(draft))


def _sent(draft: Draft) -> list[str]:
    """What else was sent, and what is not here yet."""
    many = draft.recordings
    heard = counted('{count} recording, for staff only', '{count} recordings, for staff only', many)
    return [*([f'🎙 {heard.format(count=many)}'] if many else []), *_being_checked(draft)]


def _being_checked(draft: Draft) -> list[str]:
    if not draft.checking:
        return []
    text = counted('{count} photo is being checked', '{count} photos are being checked', draft.checking)
    return [f'⏳ {text.format(count=draft.checking)}']


def _hints(draft: Draft) -> list[str]:
    words = {
        'phone': _('a telephone number'),
        'identity': _('an identity card number'),
        'plate': _('a number plate'),
    }
    found = [words[hint] for hint in personal_hints(draft.words or '')]
    if not found:
        return []
    return [
        '',
        _('⚠ Your words hold {what}. Only staff will see it; change it if you like.').format(what=', '.join(found)),
    ]


def _others_view(draft: Draft, city: City) -> str:
    lines = [
        _('This is all that others can see:'),
        '',
        labels.category(city, draft.category or ''),
        f'📍 {labels.unit(city, draft.unit or "")}',
        f'⏳ {labels.state("received")}',
        *_being_checked(draft),
        '',
        _('Not your name, not your words, not the exact place; photos not before staff have checked them.'),
    ]
    return '\n'.join(lines)


def changes(draft: Draft) -> Any:
    """What to change."""
    rows: list[list[Button]] = [
        [(_('Category'), data('chg', 'category')), (_('Place'), data('chg', 'place'))],
        [(_('Street or town'), data('chg', 'street')), (_('Words'), data('chg', 'words'))],
        [(_('More photos'), data('chg', 'photo')), (_('Remove photos'), data('chg', 'nophoto'))],
        [(_('🗑 Throw this draft away'), data('drop', draft.id))],
    ]
    return say(_('What do you want to change?'), rows)


def ask_more_photos() -> Any:
    """More photos for the draft."""
    return say(_('Send the photos; then the preview comes again.'))


def filed(report: Filed, message_id: int | None, *, has_page: bool) -> list[Any]:
    """Filed, with the number, and what comes next; a code for coming back where the chat is a page of ours."""
    told = (
        _('Staff of that place are told now. You hear from us here at every step.')
        if report.told
        else _('It is kept for the staff of that place, who see it when they begin here. You hear from us here.')
    )
    rows: list[list[Button]] = [
        [(_('➕ One more like this'), data('more'))],
        [(_('📋 My reports'), data('mine', 0)), *([(_('🔑 Return code'), data('return'))] if has_page else [])],
    ]
    done = say(_('✅ Filed. Your number: {number}').format(number=report.number) + f'\n\n{told}', rows)
    return [*strip(message_id), done]


def parked() -> Any:
    """Put aside."""
    return with_menu(_('Kept. You find it under "My reports" and can go on any time.'))


def oldest_dropped(draft: Draft, city: City) -> Any:
    """One draft too many: which one went."""
    text = _('{most} drafts are the most that we keep; the oldest one was thrown away: {draft}')
    return say(text.format(most=MOST_DRAFTS, draft=labels.draft(draft, city)))


def dropped(message_id: int | None) -> list[Any]:
    """Thrown away."""
    words = _('The draft is thrown away.')
    return [with_menu(words)] if message_id is None else [edit(message_id, words)]
