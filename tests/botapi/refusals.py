"""What the Bot API says when it does not do what it was asked."""

from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """An answer with `ok: false`; `foreseeable` when the caller could have known that this would not do."""

    def __init__(self, code: int, words: str, *, foreseeable: bool = True, **parameters: Any) -> None:
        super().__init__(f'{code} {words}')
        self.code = code
        self.words = words
        self.foreseeable = foreseeable
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        more = {'parameters': self.parameters} if self.parameters else {}
        return {'ok': False, 'error_code': self.code, 'description': self.words, **more}


def bad(words: str, *, foreseeable: bool = True) -> Refused:
    """A 400 in Telegram's manner."""
    return Refused(400, f'Bad Request: {words}', foreseeable=foreseeable)


@dataclass(frozen=True)
class Refusal:
    """One refused request, for the end of a test."""

    method: str
    params: dict[str, Any] = field(repr=False)
    code: int
    words: str
