"""Methods about the bot itself, its chats, files and updates."""

import re
from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call, does
from tests.botapi.refusals import bad

if TYPE_CHECKING:
    from tests.botapi.api import BotApi

MOST_COMMANDS = 100
POLL = {'offset': 0, 'limit': 100, 'timeout': 0}
# setMyX keeps a value by scope and language, getMyX gives it back.
KEPT = {
    'setMyCommands': ('commands', list),
    'setMyName': ('name', str),
    'setMyDescription': ('description', str),
    'setMyShortDescription': ('short_description', str),
    'setChatMenuButton': ('menu_button', dict),
}


@does('getMe')
def get_me(api: 'BotApi', call: Call) -> dict[str, Any]:
    """Who the bot is."""
    more = {'can_join_groups': True, 'can_read_all_group_messages': False, 'supports_inline_queries': False}
    return {**api.me, **more, 'can_connect_to_business': False, 'has_main_web_app': False}


def _place(call: Call) -> tuple[str, str]:
    """For whom a setting is: scope or chat, and language."""
    scope = call.params.get('scope') or {'chat': call.chat}
    return str(sorted(scope.items()) if scope != {'chat': None} else 'default'), call.params.get('language_code', '')


@does(*KEPT)
def keep_setting(api: 'BotApi', call: Call) -> bool:
    """Keep a setting of the bot."""
    name, empty = KEPT[call.method]
    value = call.params.get(name, empty())
    if name == 'commands' and len(value) > MOST_COMMANDS:
        raise bad('BOT_COMMANDS_TOO_MUCH')
    for command in value if name == 'commands' else ():
        if not re.fullmatch('[a-z0-9_]+', command['command']):
            raise bad('BOT_COMMAND_INVALID')
    api.settings[name, *_place(call)] = value
    return True


@does('getMyCommands')
def get_commands(api: 'BotApi', call: Call) -> Any:
    """The commands of a scope and language, as they were set."""
    return api.settings.get(('commands', *_place(call)), [])


@does('deleteMyCommands')
def delete_commands(api: 'BotApi', call: Call) -> bool:
    """Forget them."""
    api.settings.pop(('commands', *_place(call)), None)
    return True


@does('getMyName', 'getMyDescription', 'getMyShortDescription')
def get_words(api: 'BotApi', call: Call) -> dict[str, str]:
    """A text about the bot."""
    name, _ = KEPT[call.method.replace('get', 'set', 1)]
    return {name: api.settings.get((name, *_place(call)), api.me['first_name'] if name == 'name' else '')}


@does('getChatMenuButton')
def get_menu_button(api: 'BotApi', call: Call) -> Any:
    """The button beside the composer."""
    return api.settings.get(('menu_button', *_place(call))) or {'type': 'commands'}


@does('sendChatAction')
def chat_action(api: 'BotApi', call: Call) -> bool:
    """Show that the bot is writing."""
    api.chats.find(call.params['chat_id'])
    return True


@does('getChat')
def get_chat(api: 'BotApi', call: Call) -> dict[str, Any]:
    """What is known of a chat."""
    chat = api.chats.find(call.params['chat_id'])
    gifts = ('unlimited_gifts', 'limited_gifts', 'unique_gifts', 'premium_subscription', 'gifts_from_channels')
    more = {'accent_color_id': 0, 'max_reaction_count': 11, 'accepted_gift_types': dict.fromkeys(gifts, False)}
    return {'id': chat.id, **chat.facts, **more}


@does('leaveChat')
def leave(api: 'BotApi', call: Call) -> bool:
    """The bot goes."""
    api.chats.find(call.params['chat_id'])
    api.groups[call.params['chat_id']].left_by_bot()
    return True


@does('getFile')
def get_file(api: 'BotApi', call: Call) -> dict[str, Any]:
    """Where to download a file."""
    return api.files.get(call.params['file_id'])


@does('getUpdates')
async def get_updates(api: 'BotApi', call: Call) -> Any:
    """What waits for the bot."""
    if (allowed := call.params.get('allowed_updates')) is not None:
        api.updates.allowed = set(allowed)
    offset, limit, within = (call.params.get(name, usual) for name, usual in POLL.items())
    return await api.updates.poll(offset, limit, within)
