"""Words that only Telegram needs: the list of commands, what the bot says of itself, and to groups."""

from bot.content.language import _, reader
from civic.city import City


def commands() -> list[tuple[str, str]]:
    """The list behind the menu button, as (command, what it does)."""
    return [
        ('report', _('Report a problem')),
        ('myreports', _('My reports and how they are going')),
        ('settings', _('Language and my data')),
        ('help', _('How it works, and whom to call')),
        ('cancel', _('Leave what I am doing')),
        ('mydata', _('Get everything you keep about me')),
        ('forget', _('Delete everything about me')),
        ('notice', _('What happens to my data')),
    ]


def short_description(city: City) -> str:
    """What stands on the bot's profile; at most 120 characters (Bot API)."""
    return _('Report pollution in {city}: a photo, a place, one sentence.').format(city=city.name.at(reader()))


def description(city: City) -> str:
    """What an empty chat shows; at most 512 characters (Bot API)."""
    return _(
        'Here you report pollution and other harm to the environment of {city}: a photo, a place, one sentence. '
        'Staff of your street take it up, and you hear of every step. Press "Start".'
    ).format(city=city.name.at(reader()))


def not_for_groups() -> str:
    """Said to a group before the bot leaves it."""
    return _('Thank you for the invitation. I talk with one person at a time: please write to me directly.')
