"""Who holds this browser: a signed cookie with the number of a chat and of the session it was let into."""

import hashlib
import secrets
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

COOKIE = 'lvbi_chat'
YEAR = 365 * 24 * 60 * 60  # seconds
BITS = 48


@dataclass(frozen=True, slots=True)
class Identity:
    """A chat id (1 to 2**48 - 1) and a session; the chat may not have written yet."""

    chat_id: int
    session: int = 0

    @classmethod
    def draw(cls) -> 'Identity':
        """Make somebody new."""
        return cls(secrets.randbelow(2**BITS - 1) + 1)


class Cookies:
    """Reads and sets the cookie; `secure` when people come by https."""

    def __init__(self, secret_key: bytes, *, secure: bool) -> None:
        self._secure = secure
        self._seal = URLSafeSerializer(
            secret_key, salt='lvbi chat', signer_kwargs={'digest_method': hashlib.sha256, 'key_derivation': 'hmac'}
        )

    def read(self, connection: HTTPConnection) -> Identity | None:
        """Read who holds this browser; None when the cookie is absent or not ours."""
        sealed = connection.cookies.get(COOKIE)
        if not sealed:
            return None
        try:
            chat_id, session = self._seal.loads(sealed)
        except (BadData, ValueError, TypeError):
            return None
        return Identity(chat_id, session)

    def sealed(self, identity: Identity) -> str:
        """Write the value of a cookie."""
        text = self._seal.dumps([identity.chat_id, identity.session])
        return text if isinstance(text, str) else text.decode()

    def put(self, response: Response, identity: Identity) -> None:
        """Let a browser in, for a year from now."""
        response.set_cookie(
            COOKIE,
            self.sealed(identity),
            max_age=YEAR,
            path='/',
            httponly=True,
            samesite='lax',
            secure=self._secure,
        )
