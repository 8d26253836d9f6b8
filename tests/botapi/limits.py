"""How long a text or a list may be, read from the sentences of the published description."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.botapi.refusals import bad

# As in '1-4096 characters after entities parsing', '1-64 bytes', 'must include 2-10 items'.
RANGE = re.compile(
    r'(?P<least>\d+)-(?P<most>\d+) '
    r'(?P<unit>characters|[Bb]ytes|items|identifiers|answer|initial|buttons|tasks|emoji|search)'
)


@dataclass(frozen=True)
class Limit:
    """From `least` to `most`, both allowed; `unit` is 'characters' (UTF-16 units), 'bytes' (UTF-8), or 'items'."""

    least: int
    most: int
    unit: str

    def size(self, value: str | list[object]) -> int:
        """How long a value is, in the limit's unit."""
        if isinstance(value, list):
            return len(value)
        if self.unit == 'bytes':
            return len(value.encode())
        return len(value) if value.isascii() else len(value.encode('utf-16-le')) // 2


@cache
def limits_of(module: ModuleType) -> dict[tuple[str, str], Limit]:
    """The limits of all classes in a module: (class, field) → limit."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {(cls.name, name): limit for cls in classes for name, limit in _limits_in(cls)}


def _limits_in(cls: ast.ClassDef) -> Iterator[tuple[str, Limit]]:
    """Each field is followed by its sentence, as a string that stands alone."""
    for line, following in zip(cls.body, cls.body[1:], strict=False):
        match line, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as sentence)):
                if found := RANGE.search(sentence):
                    yield name, _limit(found)


def _limit(found: 're.Match[str]') -> Limit:
    unit = found['unit'].lower()
    return Limit(int(found['least']), int(found['most']), unit if unit in ('characters', 'bytes') else 'items')


# Takes a value and where it stands ('reply_markup.inline_keyboard[0]'), gives it as Python data, or raises Refused.
Check = Callable[[Any, str], Any]

# Telegram's own words where a bot is known to meet them (github.com/tdlib/td and /telegram-bot-api).
TOO_LONG = {
    'text': 'message is too long',
    'caption': 'message caption is too long',
    'callback_data': 'BUTTON_DATA_INVALID',
    'command': 'BOT_COMMAND_INVALID',
}
TOO_SHORT = {'text': 'message text is empty', 'callback_data': 'BUTTON_DATA_INVALID'}


def limited(check: Check, limit: Limit | None) -> Check:
    """The check, and the limit after it."""
    if limit is None:
        return check

    def both(value: Any, where: str) -> Any:
        read = check(value, where)
        if isinstance(read, str | list):
            _hold(limit, read, where)
        return read

    return both


def _hold(limit: Limit, value: Any, where: str) -> None:
    size = limit.size(value)
    if limit.least <= size <= limit.most:
        return
    name = where.rpartition('.')[2]
    words = (TOO_LONG if size > limit.most else TOO_SHORT).get(name, 'wrong length')
    raise bad(f'{words} ({where}: {size}, allowed are {limit.least}-{limit.most} {limit.unit})')
