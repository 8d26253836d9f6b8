"""Methods that change what was said, and answers to taps."""

from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call, does
from tests.botapi.chats import Chat, Message
from tests.botapi.refusals import bad
from tests.botapi.sending import captioned, file_content, hold_plain

if TYPE_CHECKING:
    from tests.botapi.api import BotApi

SAME = (
    'message is not modified: specified new message content and reply markup are exactly the same '
    'as a current content and reply markup of the message'
)
TOO_OLD = 'query is too old and response timeout expired or query ID is invalid'
TEXT, CAPTION = ('text', 'entities'), ('caption', 'caption_entities')
MEDIA = ('photo', 'video', 'document', 'animation', 'audio')


def _ours(api: 'BotApi', call: Call) -> tuple[Chat, Message]:
    """The message of the bot that is to be changed; raises Refused."""
    if not {'chat_id', 'message_id'} <= call.params.keys():
        raise bad('message identifier is not specified')
    chat = api.chats.find(call.params['chat_id'])
    if (message := chat.messages.get(call.params['message_id'])) is None:
        raise bad('message to edit not found')
    if message['from']['id'] != api.me['id']:
        raise bad("message can't be edited")
    return chat, message


def _changed(api: 'BotApi', call: Call, dropped: tuple[str, ...], content: dict[str, Any]) -> Message:
    """Replace the dropped fields and the buttons of a message: buttons that are not sent again go away."""
    chat, message = _ours(api, call)
    markup = {'reply_markup': buttons} if (buttons := call.params.get('reply_markup')) else {}
    left = {key: value for key, value in message.items() if key not in {*dropped, 'reply_markup', 'edit_date'}}
    new = {**left, **content, **(markup if markup.get('reply_markup', {}).get('inline_keyboard') else {})}
    if new == {key: value for key, value in message.items() if key != 'edit_date'}:
        raise bad(SAME)
    new['edit_date'] = max(message['date'], int(api.wall_clock()))
    chat.show(new)
    return new


@does('editMessageText')
def edit_text(api: 'BotApi', call: Call) -> Message:
    """Other words for a text."""
    _, message = _ours(api, call)
    if 'text' not in message:
        raise bad('there is no text in the message to edit')
    hold_plain(call.params)
    if not (text := call.params.get('text', '').strip()):
        raise bad('message text is empty')
    return _changed(api, call, TEXT, {'text': text})


@does('editMessageCaption')
def edit_caption(api: 'BotApi', call: Call) -> Message:
    """Other words under a picture."""
    return _changed(api, call, CAPTION, captioned(call.params))


@does('editMessageReplyMarkup')
def edit_buttons(api: 'BotApi', call: Call) -> Message:
    """Other buttons, or none."""
    return _changed(api, call, (), {})


@does('editMessageMedia')
def edit_media(api: 'BotApi', call: Call) -> Message:
    """Another picture."""
    _ours(api, call)
    media = call.params['media']
    content = file_content(api, media['type'], media['media'], call)
    return _changed(api, call, MEDIA + CAPTION, {**content, **captioned(media)})


@does('deleteMessage')
def delete_message(api: 'BotApi', call: Call) -> bool:
    """Take a message away; in private chats also one of the resident."""
    chat = api.chats.find(call.params['chat_id'])
    if call.params['message_id'] not in chat.messages:
        raise bad('message to delete not found')
    chat.forget(call.params['message_id'])
    return True


@does('deleteMessages')
def delete_messages(api: 'BotApi', call: Call) -> bool:
    """Take several away; "if some of the specified messages can't be found, they are skipped" (Bot API)."""
    chat = api.chats.find(call.params['chat_id'])
    for message_id in call.params['message_ids']:
        if message_id in chat.messages:
            chat.forget(message_id)
    return True


@does('answerCallbackQuery')
def answer_tap(api: 'BotApi', call: Call) -> bool:
    """End the waiting of a tapped button, and perhaps say something. A query that grew old cannot be foreseen."""
    query = call.params['callback_query_id']
    if query not in api.taps:
        raise bad(TOO_OLD, foreseeable=query not in api.old_taps)
    api.taps[query].toast({**call.params})
    return True
