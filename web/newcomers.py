"""New chats by address: a bound on how many somebody without any past may open by uploading photos."""

import hashlib
import hmac
from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from web.declined import Declined

MOST_AN_HOUR = 60  # product default; many phones share one address of a mobile network
MOST_ADDRESSES = 10_000  # remembered at once, the longest unseen forgotten first
HOUR = timedelta(hours=1)


class Newcomers:
    """Counts within this process; addresses are kept only as keyed digests, for an hour of use."""

    def __init__(self, most: int = MOST_AN_HOUR) -> None:
        self._most = most
        self._seen: OrderedDict[str, dict[int, datetime]] = OrderedDict()

    def check(self, address: str, chat_id: int, now: datetime) -> None:
        """Count a chat that has not written yet. Raises Declined 429."""
        chats = {one: at for one, at in self._seen.pop(address, {}).items() if now - at < HOUR}
        self._seen[address] = chats
        if len(self._seen) > MOST_ADDRESSES:
            self._seen.popitem(last=False)
        if chat_id not in chats and len(chats) >= self._most:
            raise Declined(429, 'newcomers', retry_after=int(HOUR.total_seconds()))
        chats.setdefault(chat_id, now)


def hashed_address(connection: HTTPConnection, secret_key: bytes) -> str:
    """Give a digest of the client's network address that cannot be turned back without our key."""
    host = connection.client.host if connection.client else ''
    return hmac.new(secret_key, b'address:' + _network(host).encode(), hashlib.sha256).hexdigest()[:32]


def _network(host: str) -> str:
    """Take IPv6 by its /64, which one household has to itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))
