"""Closed cases whose reporter was just forgotten: nobody reads their words though they are not blanked yet."""

from typing import Any

from sqlalchemy import ColumnElement, case, null, select

from civic.reports.workflow import FINAL
from storage.given_up import FORGOTTEN
from storage.tables import conversations, report_events, reports

BARE: dict[str, Any] = {'words': None, 'place_words': None, 'lat': None, 'lon': None}


def unreadable() -> ColumnElement[bool]:
    """Tell whether the case of a row is one of them."""
    chat = select(conversations.c.id).where(conversations.c.id == reports.c.conversation_id)
    given_up = chat.where(conversations.c.channel == FORGOTTEN).correlate(reports).exists()
    return given_up & reports.c.state.in_(FINAL)


def readable_columns() -> list[ColumnElement[Any]]:
    """Give the columns of a case, empty where nobody may read them."""
    return [_unless_gone(column) if column.name in BARE else column for column in reports.c]


def readable_words() -> ColumnElement[str | None]:
    """Give the words of a line of history, of a statement that joins its case."""
    return _unless_gone(report_events.c.words)


def _unless_gone(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((unreadable(), null()), else_=column).label(column.name)
