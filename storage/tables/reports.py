"""Reports: drafts put aside, photos, cases, their history, and the files that must go."""

from sqlalchemy import (
    BIGINT,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.columns import Id, Json, Moment, Path
from storage.tables.metadata import metadata, partial_index

# Drafts put aside; the one in hand lives in the conversation's data.
drafts = Table(
    'drafts',
    metadata,
    Column('id', Text, primary_key=True),
    Column('conversation_id', Id, ForeignKey('conversations.id'), nullable=False, index=True),
    Column('facts', Json, nullable=False),
    Column('parked_at', Moment, nullable=False),
)

albums = Table(
    'albums',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('conversation_id', Id, ForeignKey('conversations.id'), nullable=False),
    Column('media_group_id', Text, nullable=False),
    Column('draft', Text, nullable=False),
    Column('purpose', Text, nullable=False),
    Column('told', Boolean, nullable=False, server_default=false()),
    Column('at', Moment, nullable=False),
    UniqueConstraint('conversation_id', 'media_group_id'),
)

# A photo belongs to a draft id, which its report keeps: filing moves no photo. The audit log names photos by their
# ids, so those of deleted photos must not come again.
photos = Table(
    'photos',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('token', Text, nullable=False, unique=True),
    Column('source', Text, nullable=False, unique=True),
    Column('conversation_id', Id, ForeignKey('conversations.id')),
    Column('draft', Text),
    Column('purpose', Text, nullable=False),
    # photo, voice or video; the last two are for staff only and are kept as they came.
    Column('kind', Text, nullable=False, server_default=text("'photo'")),
    Column('position', Integer, nullable=False, server_default=text('0')),
    Column('state', Text, nullable=False),
    Column('refusal', Text),
    Column('received_at', Moment, nullable=False),
    Column('attached_at', Moment),  # to its draft or case; an upload may wait for that
    Column('clean_key', Text),
    Column('small_key', Text),
    Column('original_key', Text),
    Column('original_until', Moment),
    Column('sha256', Text),
    Column('dhash', BIGINT),
    Column('width', Integer),
    Column('height', Integer),
    Column('exif_lat', Float),
    Column('exif_lon', Float),
    # Bytes of the file and seconds of a recording: as announced, until it is fetched.
    Column('size', Integer),
    Column('seconds', Integer),
    # What a platform keeps for us until a job has fetched it: its id, when to try, its place in line, who tries.
    Column('file_id', Text),
    Column('due_at', Moment),
    Column('line_at', Moment),
    Column('attempt', Integer, nullable=False, server_default=text('0')),
    Column('lease_by', Text),
    Column('lease_until', Moment),
    Index('ix_photos_draft', 'draft'),
    partial_index('ix_photos_pending', 'line_at', where="state = 'pending'"),
    Index('ix_photos_conversation_id', 'conversation_id', 'received_at'),
    Index('ix_photos_sha256', 'sha256'),
    Index('ix_photos_dhash', 'dhash'),
    sqlite_autoincrement=True,
)

# Documents made for one person (my-data ZIP), until they lapse.
files = Table(
    'files',
    metadata,
    Column('token', Text, primary_key=True),
    Column('conversation_id', Id, ForeignKey('conversations.id'), nullable=False, index=True),
    Column('media_key', Text, nullable=False),
    Column('name', Text, nullable=False),
    Column('kind', Text, nullable=False),
    Column('until', Moment, nullable=False),
)

counters = Table(
    'counters',
    metadata,
    Column('city', Text, primary_key=True),
    Column('year', Integer, primary_key=True),
    Column('value', Integer, nullable=False),
)

# Statements use it as it stands here: only so does the partial index serve.
OPEN_CASES = text("state NOT IN ('confirmed', 'rejected', 'withdrawn')")
# Not IN: SQLite would look each state up and sort what it finds.
DONE_CASES = text(
    "state NOT IN ('received', 'accepted', 'needs_info', 'answered', 'in_progress', 'reopen_requested')"
)

reports = Table(
    'reports',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('city', Text, nullable=False),
    Column('year', Integer, nullable=False),
    Column('serial', Integer, nullable=False),
    Column('draft', Text, nullable=False, unique=True),
    Column('state', Text, nullable=False),
    Column('version', Integer, nullable=False, server_default=text('1')),
    Column('category', Text, nullable=False),
    Column('unit_code', Text, ForeignKey('units.code'), nullable=False),
    Column('unit_path', Path, nullable=False),
    Column('resident_id', Id, ForeignKey('residents.id')),
    Column('conversation_id', Id, ForeignKey('conversations.id')),
    Column('forget', Boolean, nullable=False, server_default=false()),
    Column('words', Text),
    Column('lat', Float),
    Column('lon', Float),
    Column('place_words', Text),
    Column('owner_id', Id, ForeignKey('staff.id')),
    Column('filed_at', Moment, nullable=False),
    Column('moved_at', Moment, nullable=False),
    Column('accepted_at', Moment),
    Column('resolved_at', Moment),
    Column('closed_at', Moment),
    Column('answer', Text),
    # Since when a blanked case has copies in the chats of staff, until a job has removed them.
    Column('copies_since', Moment),
    UniqueConstraint('city', 'year', 'serial'),
    CheckConstraint("answer IN ('fixed', 'partly', 'not', 'none')", name='answer'),
    Index('ix_reports_unit_path_state', 'unit_path', 'state'),
    partial_index('ix_reports_open', 'unit_path', 'state', where=OPEN_CASES),
    Index('ix_reports_forget', 'id', sqlite_where=text('forget IS 1'), postgresql_where=text('forget IS true')),
    Index('ix_reports_resident_id', 'resident_id'),
    Index('ix_reports_conversation_id', 'conversation_id'),
    partial_index('ix_reports_done', 'id', 'unit_path', where=DONE_CASES),
    partial_index('ix_reports_owner_id', 'owner_id', 'id', where=OPEN_CASES),
    Index('ix_reports_state_moved_at', 'state', 'moved_at'),
    partial_index('ix_reports_copies', 'copies_since', where='copies_since IS NOT NULL'),
)

report_events = Table(
    'report_events',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('report_id', Id, ForeignKey('reports.id'), nullable=False, index=True),
    Column('at', Moment, nullable=False),
    Column('move', Text, nullable=False),
    Column('state_from', Text),
    Column('state_to', Text, nullable=False),
    Column('actor', Text, nullable=False),
    Column('staff_id', Id, ForeignKey('staff.id')),
    Column('reason', Text),
    Column('words', Text),
)

# Files whose rows are gone; a job deletes them from the media store and then forgets them here.
doomed_files = Table(
    'doomed_files',
    metadata,
    Column('media_key', Text, primary_key=True),
    Column('since', Moment, nullable=False),
)
