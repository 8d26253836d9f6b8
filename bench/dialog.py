"""The fixed dialog of the benchmark: two photos as an album, place, category, street, words, preview, filing."""

from typing import Any

import orjson

from bot.intake import Heard

STEPS = 8
AT = 1_795_000_000


def dialog(chat: int) -> list[Heard]:
    """Make the eight updates of one conversation, in Telegram's shape."""
    return [_heard(chat, number, body) for number, body in enumerate(_bodies(chat), start=chat * 100)]


def as_bytes(chat: int) -> list[bytes]:
    """The same updates as JSON bytes, for the bare echo."""
    return [orjson.dumps(heard.update) for heard in dialog(chat)]


def _heard(chat: int, number: int, body: dict[str, Any]) -> Heard:
    raw = orjson.loads(orjson.dumps({'update_id': number, **body}))
    album = raw.get('message', {}).get('media_group_id')
    return Heard(str(number), chat, raw, language_code='zh-hans', album=album)


def _bodies(chat: int) -> list[dict[str, Any]]:
    return [
        _message(chat, 1, photo=_photo(chat, 'a'), media_group_id=f'album{chat}'),
        _message(chat, 2, photo=_photo(chat, 'b'), media_group_id=f'album{chat}'),
        _message(chat, 3, location={'latitude': 30.0 + chat % 50 / 10_000, 'longitude': 120.58}),
        _tap(chat, '1:cat:black_water'),
        _tap(chat, '1:str:330602001'),
        _message(chat, 6, text='河水发黑发臭，已经三天了，附近有一家印染厂'),
        _tap(chat, '1:see:others'),
        _tap(chat, '1:file'),
    ]


def _message(chat: int, number: int, **fields: Any) -> dict[str, Any]:
    return {
        'message': {
            'message_id': number,
            'date': AT,
            'chat': {'id': chat, 'type': 'private', 'first_name': 'Test'},
            'from': {'id': chat, 'is_bot': False, 'first_name': 'Test', 'language_code': 'zh-hans'},
            **fields,
        }
    }


def _photo(chat: int, name: str) -> list[dict[str, Any]]:
    sizes = ((90, 67), (320, 240), (1280, 960))
    return [
        {'file_id': f'{name}{chat}-{width}', 'file_unique_id': f'{name}{chat}', 'width': width, 'height': height}
        for width, height in sizes
    ]


def _tap(chat: int, data: str) -> dict[str, Any]:
    message = _message(chat, 90, text='?')['message']
    sender = message['from']
    return {
        'callback_query': {
            'id': f'{chat}{data}',
            'chat_instance': '1',
            'from': sender,
            'data': data,
            'message': message,
        }
    }
