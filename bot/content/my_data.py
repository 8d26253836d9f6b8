"""Words about the file of one's own data: what lies in it, and that it could not be made."""

from datetime import datetime

from bot.content.language import _, reader
from bot.content.reports import labels
from bot.content.say import hand_over, say
from civic.city import City


def readme(city: City, made_at: datetime) -> str:
    """README.txt of the archive, to be read without any program of ours."""
    return '\n'.join([*_head(city, made_at), '', *_nouns(city), '', *_tail(city), ''])


def _head(city: City, made_at: datetime) -> list[str]:
    title = _('All that the environment report line of {city} holds about you').format(city=city.name.at(reader()))
    made = _('Made at {moment} (time of the city).').format(moment=labels.moment(made_at, city))
    return [
        title,
        made,
        '',
        _('data.json: all records. Any text editor opens it.'),
        _(
            'photos/: the photos and recordings you sent, numbered as in data.json. "original" is the file as it '
            'came; the other one, without place and device, is what others see.'
        ),
        _('When the file is too large it comes in several parts; data.json lies in the last ones.'),
    ]


def _nouns(city: City) -> list[str]:
    kept = city.retention
    return [
        _('In data.json:'),
        _('you: your settings and the data notice you agreed to'),
        _('conversation: this chat, and what it is about just now'),
        _('reports: what you reported, what happened with it and how it ended'),
        _('drafts: reports that you began and put aside (kept for {days} days)').format(days=kept.draft_days),
        _('photos: the photos and recordings you sent (originals are kept for {days} days)').format(
            days=kept.original_photo_days
        ),
        _('chat: what was said in the chat (kept for a year)'),
        _('updates: messages as they reached us (their words are kept for {hours} hours)').format(
            hours=kept.raw_update_hours
        ),
        _('notices: what we told you of our own accord'),
    ]


def _tail(city: City) -> list[str]:
    operator, contact = city.operator.name.at(reader()), city.operator.contact.at(reader())
    return [
        _('Return codes are blotted out: whoever has one could open your chat.'),
        _('To delete all of it, send /forget in the chat.'),
        _('Questions: {operator}, {contact}.').format(operator=operator, contact=contact),
    ]


def ready(token: str, name: str) -> object:
    """The file, or a part of it, lies here."""
    return hand_over(token, name, _('All that we hold about you. The file can be fetched here for 24 hours.'))


def being_made() -> object:
    """It was asked for before and is not there yet."""
    return say(_('📦 Your data are being put together already; the file comes here when it is ready.'))


def failed(reference: str) -> object:
    """It was tried again and again."""
    words = _(
        'We could not put your data together. Please ask again later with /mydata; '
        'if it fails again, tell us this reference: {reference}'
    )
    return say(words.format(reference=reference))
