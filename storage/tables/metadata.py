"""The one catalogue of tables; constraint names are fixed so that migrations can name them."""

from sqlalchemy import Index, MetaData, TextClause, text

metadata = MetaData(
    naming_convention={
        'ix': 'ix_%(table_name)s_%(column_0_N_name)s',
        'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
        'ck': 'ck_%(table_name)s_%(constraint_name)s',
        'fk': 'fk_%(table_name)s_%(column_0_name)s',
        'pk': 'pk_%(table_name)s',
    }
)


def partial_index(name: str, *columns: str, where: str | TextClause, unique: bool = False) -> Index:
    """Make an index of those rows for which a condition holds, one that both databases understand alike."""
    condition = text(where) if isinstance(where, str) else where
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
