"""INSERT … ON CONFLICT, which both databases write alike and SQLAlchemy keeps in two places."""

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(dialect: str, table: Table) -> postgresql.Insert:
    """Start an insert that may name what happens on a conflict; `dialect` is sqlite or postgresql."""
    if dialect == 'sqlite':
        return cast(postgresql.Insert, sqlite.insert(table))
    return postgresql.insert(table)
