"""The way back: a one-time code moves a chat to this browser."""

from starlette.requests import Request

from civic.codes import Who
from civic.devices import Moved, move_chat
from storage.store import Tx
from web.answers import Json, done
from web.bodies import read_body
from web.declined import Declined
from web.house import WebHouse
from web.identity import Identity
from web.newcomers import hashed_address
from web.origins import check_kind, check_origin
from web.posted import ReturnCode, read_shape
from web.visitors import Visitors

MOST = 1024  # bytes


class ReturnCodes:
    """Lets people back into their chats."""

    def __init__(self, house: WebHouse, visitors: Visitors) -> None:
        self._house = house
        self._visitors = visitors

    async def take(self, request: Request) -> Json:
        """POST /chat/return: 200 with the cookie of the chat; 403 for a wrong code, 429 after too many."""
        check_origin(request, self._house.public_url)
        check_kind(request, 'application/json')
        posted = read_shape(ReturnCode, await read_body(request, MOST, Declined(413, 'too_much')))
        moved = await self._move(posted.code, self._who(request))
        if moved is None:
            raise Declined(403, 'wrong_code')
        answer = done()
        self._visitors.cookies.put(answer, Identity(moved.chat_id, moved.session))
        return answer

    async def _move(self, code: str, who: Who) -> Moved | None:
        """Try a code; one address tries one after the other, so that no guesser holds more than one connection."""

        async def body(tx: Tx) -> Moved | None:
            return await move_chat(tx, self._house.channel.name, code, who)

        async with self._house.intake.order.holding(('codes', who.network)):
            return await self._house.store.turn(body)

    def _who(self, request: Request) -> Who:
        """Name whoever tries: the chat that this browser holds, and the network address, as a digest."""
        identity = self._visitors.cookies.read(request)
        chat = None if identity is None else str(self._visitors.address(identity))
        return Who(chat, hashed_address(request, self._house.secret_key))
