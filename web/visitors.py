"""Who asks: the cookie's chat as the store knows it, and the staff member that its person may be."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from starlette.requests import HTTPConnection

from civic.people import Resident, StaffMember
from civic.staff import find_member
from storage.arrivals import Address
from storage.store import ReadTx, Tx
from storage.transcript import find_chat
from web.declined import Declined
from web.house import WebHouse
from web.identity import Cookies, Identity
from web.languages import asked_locale


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that was let in; `chat` (id, session, resident_id, locale, big …) is None before the first word."""

    identity: Identity
    address: Address
    chat: Row[Any] | None
    locale: str

    @property
    def resident(self) -> Resident | None:
        """Give the person, once there is one."""
        chat = self.chat
        return None if chat is None else Resident(chat.resident_id, chat.locale, chat.big, chat.notice_version)


class Visitors:
    """Finds out who asks."""

    def __init__(self, house: WebHouse, cookies: Cookies) -> None:
        self.cookies = cookies
        self._channel = house.channel

    def identity(self, connection: HTTPConnection) -> Identity:
        """Read the cookie. Raises Declined 401."""
        identity = self.cookies.read(connection)
        if identity is None:
            raise Declined(401, 'signed_out')
        return identity

    def address(self, identity: Identity) -> Address:
        """Give the chat's address."""
        return Address(self._channel.name, self._channel.bot, identity.chat_id)

    async def find(self, tx: Tx | ReadTx, connection: HTTPConnection) -> Visitor | None:
        """Find who asks; None when the cookie is not ours or was signed out."""
        identity = self.cookies.read(connection)
        if identity is None:
            return None
        address = self.address(identity)
        chat = await find_chat(tx, address.channel, address.bot, address.chat_id)
        if chat is not None and chat.session != identity.session:
            return None
        return Visitor(identity, address, chat, chat.locale if chat is not None else asked_locale(connection))

    async def find_or_make(self, tx: Tx | ReadTx, connection: HTTPConnection) -> Visitor:
        """Find who asks, or make somebody new, with a number that no chat has; nothing is written."""
        found = await self.find(tx, connection)
        while found is None:
            address = self.address(identity := Identity.draw())
            if await find_chat(tx, address.channel, address.bot, address.chat_id) is None:
                found = Visitor(identity, address, None, asked_locale(connection))
        return found

    async def get(self, tx: Tx | ReadTx, connection: HTTPConnection) -> Visitor:
        """Find who asks. Raises Declined 401."""
        visitor = await self.find(tx, connection)
        if visitor is None:
            raise Declined(401, 'signed_out')
        return visitor

    async def staff(self, tx: Tx | ReadTx, visitor: Visitor) -> StaffMember | None:
        """Find the staff member that this person is, if any."""
        return None if visitor.chat is None else await find_member(tx, visitor.chat.resident_id)
