"""What must not reach a log: secrets, tokens, cookies, and the words of residents inside error texts."""

import re
from collections.abc import Iterable
from typing import Any

HIDDEN = '***'
BOT_TOKEN = re.compile(r'(?<!\d)(?:bot)?\d{6,12}:[A-Za-z0-9_-]{30,}')
COOKIE = re.compile(r'((?:lvbi_chat|cookie)["\']?\s*[=:]\s*["\']?)[^;,\s"\']+', re.IGNORECASE)
PASSWORD = re.compile(r'(://[^/\s:@]*:)[^@\s/]+@')
CODE = re.compile(r'([?&]code=)[^&\s"\']+|(/start\s+)[\w-]+', re.IGNORECASE)
# What SQLAlchemy, PostgreSQL and pydantic repeat of the data that they refuse.
PARAMETERS = re.compile(r'\[parameters: .*?(?=\n\(Background on this error|\Z)', re.DOTALL)
DETAIL = re.compile(r'(DETAIL: ).*')
INPUT = re.compile(r'(input_value=).*?(?=, input_type=)', re.DOTALL)
WAYS = (
    (BOT_TOKEN, HIDDEN),
    (COOKIE, rf'\1{HIDDEN}'),
    (PASSWORD, rf'\1{HIDDEN}@'),
    (CODE, rf'\1\2{HIDDEN}'),
    (PARAMETERS, f'[parameters: {HIDDEN}]'),
    (DETAIL, rf'\1{HIDDEN}'),
    (INPUT, rf'\1{HIDDEN}'),
)


class Redaction:
    """A structlog processor that masks the values of known secrets and all that looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        longest_first = sorted({one for one in secrets if len(one) >= 4}, key=len, reverse=True)
        self._known = re.compile('|'.join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, logger: Any, name: str, event: Any) -> Any:
        """Mask an event in place of the original."""
        return self.masked(event)

    def masked(self, value: Any) -> Any:
        """Mask texts within a value of any depth; what is neither text nor number is shown as text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {key: value[key] if str(key).startswith('_') else self.masked(value[key]) for key in value}
        if isinstance(value, list | tuple | set):
            return [self.masked(part) for part in value]
        return self.text(value if isinstance(value, str) else repr(value))

    def text(self, text: str) -> str:
        """Mask one text."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for pattern, instead in WAYS:
            text = pattern.sub(instead, text)
        return text
