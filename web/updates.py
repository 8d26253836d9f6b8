"""Updates from the page: shaped here in Telegram's way, so that nobody can forge who, where or when."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from starlette.requests import Request

from bot.intake import Heard, Outcome
from storage.arrivals import Address
from storage.tabs import key_of, last_heard
from web.answers import Json, done
from web.bodies import read_body
from web.declined import Declined
from web.house import WebHouse
from web.newcomers import Newcomers, hashed_address
from web.origins import check_kind, check_origin
from web.posted import Message, Posted, Tap, read_shape
from web.visitors import Visitors

MOST = 64 * 1024  # bytes


class Updates:
    """Takes what people say and tap."""

    def __init__(self, house: WebHouse, visitors: Visitors, newcomers: Newcomers) -> None:
        self._house = house
        self._visitors = visitors
        self._newcomers = newcomers

    async def take(self, request: Request) -> Json:
        """POST /chat/updates: 200 after the commit, also when it was heard before; 429 when nothing was kept."""
        check_origin(request, self._house.public_url)
        check_kind(request, 'application/json')
        identity = self._visitors.identity(request)
        posted = read_shape(Posted, await read_body(request, MOST, Declined(413, 'too_much')))
        address = self._visitors.address(identity)
        heard = replace(
            heard_of(posted, address, identity.session, self._house.store.clock(None)),
            network=(network := hashed_address(request, self._house.secret_key)),
            opening=partial(self._newcomers.check, network, address.chat_id),
        )
        outcome = await self._house.intake.hear(self._house.channel, heard)
        if outcome is Outcome.SIGNED_OUT:
            raise Declined(401, 'signed_out')
        if outcome is Outcome.GAP:
            raise await self._gap(address, posted.tab)
        return done()

    async def _gap(self, address: Address, tab: str) -> Declined:
        async with self._house.store.read() as tx:
            last = await last_heard(tx, address, tab)
        return Declined(409, 'not_in_turn', parameters={'expected': last + 1})


def heard_of(posted: Posted, address: Address, session: int, now: datetime) -> Heard:
    """Make what the front door hears of a posted update."""
    message, tap = posted.message, posted.callback_query
    said = message.model_dump(exclude_none=True) if message else None
    return Heard(
        key_of(address, posted.tab, posted.seq),
        address.chat_id,
        _update(posted, message, tap, _envelope(posted, address.chat_id, now)),
        follows=key_of(address, posted.tab, posted.seq - 1) if posted.seq > 1 else None,
        language_code=posted.language_code,
        album=message.media_group_id if message else None,
        echo={'tab': posted.tab, 'seq': posted.seq, 'message': said} if said else None,
        session=session,
    )


def _envelope(posted: Posted, chat_id: int, now: datetime) -> dict[str, Any]:
    """Write what a message has around its content."""
    sender = {'id': chat_id, 'is_bot': False, 'first_name': 'Web', 'language_code': posted.language_code or ''}
    chat = {'id': chat_id, 'type': 'private'}
    return {'message_id': posted.seq, 'date': int(now.timestamp()), 'chat': chat, 'from': sender}


def _update(posted: Posted, message: Message | None, tap: Tap | None, envelope: dict[str, Any]) -> dict[str, Any]:
    if message is not None:
        return {'update_id': posted.seq, 'message': envelope | _content(message)}
    assert tap is not None
    query: dict[str, Any] = {
        'id': f'{posted.tab}:{posted.seq}',
        'chat_instance': str(envelope['chat']['id']),
        'from': envelope['from'],
        'data': tap.data,
    }
    if tap.message_id is not None:
        ours = {name: envelope[name] for name in ('date', 'chat')}
        query['message'] = {**ours, 'message_id': tap.message_id, 'text': '?'}
    return {'update_id': posted.seq, 'callback_query': query}


def _content(message: Message) -> dict[str, Any]:
    """Write the content of a message; a photo has the one size that we keep."""
    content = message.model_dump(exclude_none=True)
    if message.photo is not None:
        key = message.photo.key
        content['photo'] = [{'file_id': key, 'file_unique_id': key, 'width': 1, 'height': 1}]
    return content
