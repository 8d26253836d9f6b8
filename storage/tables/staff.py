"""Units, staff and the append-only audit log."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from storage.columns import Id, Json, Moment
from storage.tables.metadata import metadata, partial_index

units = Table(
    'units',
    metadata,
    Column('code', Text, primary_key=True),
    Column('kind', Text, nullable=False),
    Column('name_zh', Text, nullable=False),
    Column('name_en', Text, nullable=False),
    Column('parent', Text, ForeignKey('units.code')),
    Column('path', Text, nullable=False, unique=True),
)

staff = Table(
    'staff',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('name', Text, nullable=False),
    Column('role', Text, nullable=False),
    Column('unit_code', Text, ForeignKey('units.code'), nullable=False),
    Column('unit_path', Text, nullable=False),
    Column('resident_id', Id, ForeignKey('residents.id')),
    Column('created_at', Moment, nullable=False),
    Column('signed_in_at', Moment),
    Column('removed_at', Moment),
    # Since when he is not bound to a chat in which he was shown cases, until a job has taken these out of it.
    Column('left_at', Moment),
    partial_index('ix_staff_resident_id', 'resident_id', where='resident_id IS NOT NULL', unique=True),
)

# Ids and facts, never words; a trigger refuses UPDATE and DELETE (see the first migration).
audit = Table(
    'audit',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('at', Moment, nullable=False),
    Column('staff_id', Id, ForeignKey('staff.id')),
    Column('door', Text, nullable=False),
    Column('verb', Text, nullable=False),
    Column('noun', Text, nullable=False),
    Column('subject', Text, nullable=False),
    Column('facts', Json, nullable=False),
    Index('ix_audit_noun_subject', 'noun', 'subject'),
)
