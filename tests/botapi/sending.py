"""Methods that put a new message into a chat."""

import itertools
from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call, does
from tests.botapi.chats import Chat, Message
from tests.botapi.refusals import bad

if TYPE_CHECKING:
    from tests.botapi.api import BotApi

FILES = {
    'sendPhoto': 'photo',
    'sendDocument': 'document',
    'sendVideo': 'video',
    'sendVoice': 'voice',
    'sendAudio': 'audio',
    'sendAnimation': 'animation',
    'sendSticker': 'sticker',
    'sendVideoNote': 'video_note',
}
PLACE = ('latitude', 'longitude', 'horizontal_accuracy', 'live_period', 'heading', 'proximity_alert_radius')
_albums = itertools.count(13_000_000_000_000_001)


def said(api: 'BotApi', call: Call, content: dict[str, Any]) -> Message:
    """Put a message of the bot into the chat of the call, with its keyboard and what it answers."""
    chat = api.chats.find(call.params['chat_id'])
    hold_plain(call.params)
    markup = call.params.get('reply_markup', {})
    shown = {'reply_markup': markup} if 'inline_keyboard' in markup else {}
    message = chat.message(api.me, {**content, **shown, **_answering(chat, call)})
    chat.lay(markup, message['message_id'])
    return message


def hold_plain(params: dict[str, Any]) -> None:
    """This server reads no markup: what residents write must never be read as such."""
    if params.get('parse_mode'):
        raise bad("can't parse entities: this server knows plain text only")


def _answering(chat: Chat, call: Call) -> dict[str, Any]:
    wanted = call.params.get('reply_parameters', {})
    if not wanted:
        return {}
    if found := chat.messages.get(wanted.get('message_id', 0)):
        return {'reply_to_message': {key: value for key, value in found.items() if key != 'reply_to_message'}}
    if wanted.get('allow_sending_without_reply'):
        return {}
    raise bad('message to be replied not found')


def captioned(params: dict[str, Any]) -> dict[str, Any]:
    """The caption as it stands in a message."""
    hold_plain(params)
    return {name: params[name] for name in ('caption', 'caption_entities') if params.get(name)}


@does('sendMessage')
def send_message(api: 'BotApi', call: Call) -> Message:
    """A text; white space around it is cut off, as Telegram does."""
    if not (text := call.params['text'].strip()):
        raise bad('message text is empty')
    entities = {'entities': call.params['entities']} if call.params.get('entities') else {}
    return said(api, call, {'text': text, **entities})


@does(*FILES)
def send_file(api: 'BotApi', call: Call) -> Message:
    """One file with a caption."""
    api.chats.find(call.params['chat_id'])
    kind = FILES[call.method]
    content = file_content(api, kind, call.params[kind], call)
    return said(api, call, {**content, **captioned(call.params)})


def file_content(api: 'BotApi', kind: str, value: Any, call: Call) -> dict[str, Any]:
    """A file as it stands in a message: a photo as a list of sizes."""
    kept = api.files.take(kind, value, call.uploads)
    return {kind: kept if kind == 'photo' else kept[0]}


@does('sendMediaGroup')
def send_album(api: 'BotApi', call: Call) -> list[Message]:
    """An album: its members are messages of their own that share an id. All files are known before any is sent."""
    api.chats.find(call.params['chat_id'])
    album = {'media_group_id': str(next(_albums))}
    members = call.params['media']
    _hold_alike({one['type'] for one in members})
    contents = [file_content(api, one['type'], one['media'], call) | captioned(one) for one in members]
    return [said(api, call, {**album, **content}) for content in contents]


def _hold_alike(kinds: set[str]) -> None:
    """ "Documents and audio files can be only grouped in an album with messages of the same type" (Bot API)."""
    if len(kinds) > 1 and kinds & {'document', 'audio'}:
        raise bad("document can't be mixed with other media types")


@does('sendLocation')
def send_location(api: 'BotApi', call: Call) -> Message:
    """A point."""
    return said(api, call, {'location': _point(call.params)})


def _point(params: dict[str, Any]) -> dict[str, Any]:
    if not (-90 <= params['latitude'] <= 90 and -180 <= params['longitude'] <= 180):
        raise bad('wrong latitude or longitude')
    return {name: params[name] for name in PLACE if name in params}


@does('sendVenue')
def send_venue(api: 'BotApi', call: Call) -> Message:
    """A point with a name."""
    point = _point(call.params)
    venue = {'location': point, 'title': call.params['title'], 'address': call.params['address']}
    return said(api, call, {'location': point, 'venue': venue})


@does('sendContact')
def send_contact(api: 'BotApi', call: Call) -> Message:
    """A telephone number."""
    fields = ('phone_number', 'first_name', 'last_name', 'vcard')
    return said(api, call, {'contact': {name: call.params[name] for name in fields if name in call.params}})
