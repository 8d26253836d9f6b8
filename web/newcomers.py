"""What one network address may do in a while: open new chats; and which address that is, as a digest."""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from bot.intake import TurnedAway
from web.tallies import Tally

MOST_AN_HOUR = 200  # product default; many phones share one address of a mobile network
HOUR = timedelta(hours=1)


class Newcomers:
    """Bounds how many chats without any past begin at one address, with a word or with a photo."""

    def __init__(self) -> None:
        self._begun = Tally(HOUR)

    def check(self, network: str, chat_id: int, now: datetime) -> None:
        """Count a chat that has not written yet. Raises TurnedAway."""
        others = self._begun.count(network, now, but=chat_id)
        if others >= MOST_AN_HOUR:
            raise TurnedAway('newcomers', int(HOUR.total_seconds()))
        self._begun.add(network, chat_id, now)


def hashed_address(connection: HTTPConnection, secret_key: bytes) -> str:
    """Give a digest of the client's network address that cannot be turned back without our key."""
    host = connection.client.host if connection.client else ''
    return hmac.new(secret_key, b'address:' + network_of(host).encode(), hashlib.sha256).hexdigest()[:32]


def network_of(host: str) -> str:
    """Take IPv6 by its /64, which one household has to itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))
