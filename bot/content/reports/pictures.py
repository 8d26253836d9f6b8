"""The photos of a case as they are shown: before it was worked on, and after."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from bot.content.calls import Call
from bot.content.language import _
from bot.content.say import show_photos

Shown = tuple[str, str]


def before_and_after(kept: Iterable[Row[Any]]) -> tuple[list[Shown], list[Shown]]:
    """Part the photos that were cleaned, as (token, filename): those of the reporter, those of the result."""
    before: list[Shown] = []
    after: list[Shown] = []
    for row in kept:
        if row.state == 'ready' and row.kind == 'photo':
            (after if row.purpose == 'result' else before).append((row.token, f'{row.purpose}.jpg'))
    return before, after


def all_of(kept: Iterable[Row[Any]]) -> list[Call]:
    """All photos, those of the result under words of their own."""
    before, after = before_and_after(kept)
    return [*show_photos(before), *show_photos(after, _('After:'))]


def compared(kept: Sequence[Row[Any]]) -> list[Call]:
    """One photo of before beside those of the result; nothing where the result has none."""
    before, after = before_and_after(kept)
    return [*show_photos(before[:1], _('Before:')), *show_photos(after, _('After:'))] if after else []
