"""Words of `lvbi doctor`: what was looked at, how it is, and what to do."""

from collections.abc import Mapping
from typing import Any

from bot.content.language import _


def columns() -> list[str]:
    """The heads of the table."""
    return [_('How it is'), _('What was looked at'), _('What was found')]


def mark(state: str) -> str:
    """How a thing is, in a word."""
    return {'ok': _('ok'), 'wrong': _('WRONG'), 'note': _('note')}[state]


def subject(name: str) -> str:
    """What was looked at."""
    names = {
        'settings': _('settings'),
        'secret_key': _('secret key'),
        'database': _('database'),
        'migrations': _('migrations'),
        'media': _('media store'),
        'files': _('files and rows'),
        'port': _('port'),
        'https': _('https'),
        'telegram': 'Telegram',
    }
    return names[name]


def finding(code: str, facts: Mapping[str, Any]) -> str:
    """What was found, and what to do where something is to be done."""
    return (_findings() | _of_telegram())[code].format(**facts)


def _findings() -> dict[str, str]:
    return {
        'settings_read': _('read, city: {city}'),
        'not_a_setting': _('{name} is not a setting; did you mean {instead}?'),
        'unknown_setting': _('{name} is not a setting; docs/operating.md lists them'),
        'no_contact': _('residents read no contact in the data notice; fill in [operator] in {path}'),
        'key_set': _('LVBI_SECRET_KEY is set'),
        'key_kept': _('{path}, readable by its owner only'),
        'key_comes': _('{path} will be made at the first start'),
        'key_open': _('{path} can be read by others; run: chmod 600 {path}'),
        'key_alone': _('{path} holds for this machine only; with several machines set LVBI_SECRET_KEY'),
        'key_unreadable': _('{path} cannot be read: {said}'),
        'database_there': '{name} {version}',
        'migrated': _('schema {found}'),
        'media_there': _('{name} takes, gives back and deletes'),
        'files_fit': _('every row has its file and every file its row'),
        'files_missing': _('{count} rows have no file, such as {example}; restore the media store from its backup'),
        'files_left': _('{count} files have no row; the jobs delete them'),
        'port_free': _('{port} on {host} is free'),
        'port_ours': _('{port} on {host} is taken: Lvbi answers there'),
        'https_set': '{url}',
        'https_local': _('without https, phones give neither place nor camera to {url}; only this machine may'),
        'https_missing': _('set LVBI_PUBLIC_URL=https://… so that phones give place and camera'),
        'refused': '{said}',
    }


def _of_telegram() -> dict[str, str]:
    return {
        'bot_there': _('{name} is ours and answers'),
        'bot_api_away': _('{base} cannot be reached; look at the network, or at LVBI_TELEGRAM_API_BASE'),
        'webhook_trouble': _('Telegram could not deliver to the webhook: {said}'),
        'updates_waiting': _('{count} updates wait at Telegram, which keeps them for a day; is Lvbi running?'),
    }
