"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BIGINT, JSON, TIMESTAMP, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Id = BIGINT().with_variant(Integer, 'sqlite')
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), 'postgresql')
# Ordered by its bytes, so that all that begins with the same is one range of an index: the keys of a tab's updates …
Key = Text().with_variant(Text(collation='C'), 'postgresql')
Path = Key  # … and a unit with all above it (3306/330602), for the range is its subtree.


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime: timestamptz on PostgreSQL, microseconds since 1970 in an INTEGER on SQLite."""

    impl = BIGINT
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database."""
        if dialect.name == 'postgresql':
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BIGINT())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a datetime into what the database keeps."""
        if value is None or dialect.name == 'postgresql':
            return value
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the database kept into an aware UTC datetime."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return EPOCH + timedelta(microseconds=value)
