"""What was heard and what is to be said: inbox, transcript, outbox, leases."""

from sqlalchemy import BIGINT, Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.columns import Id, Json, Key, Moment
from storage.tables.metadata import metadata, partial_index

# Every update heard, once; its frozen replies; raw words are blanked after 48 h, the key stays. Where its chat was
# forgotten, a bare row without a chat holds the key.
inbox = Table(
    'inbox',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('channel', Text, nullable=False),
    Column('bot', BIGINT, nullable=False),
    Column('key', Key, nullable=False),
    Column('conversation_id', Id, ForeignKey('conversations.id')),
    Column('heard_at', Moment, nullable=False),
    Column('outcome', Text, nullable=False),
    Column('raw', Text),
    Column('replies', Json),
    Column('said', Json),
    Column('unsaid', Integer, nullable=False, server_default=text('0')),
    Column('reference', Text, unique=True),
    Column('trouble', Text),
    # As in the transcript; taken off when its words are blanked, so that the indexes hold only what is left to blank.
    Column('staff_id', Id, ForeignKey('staff.id')),
    Column('report_id', Id, ForeignKey('reports.id')),
    UniqueConstraint('channel', 'bot', 'key'),
    partial_index('ix_inbox_unsaid', 'heard_at', where='unsaid > 0'),
    partial_index('ix_inbox_raw', 'heard_at', where='raw IS NOT NULL'),
    Index('ix_inbox_conversation_id', 'conversation_id'),
    partial_index('ix_inbox_staff_id', 'staff_id', where='staff_id IS NOT NULL'),
    partial_index('ix_inbox_report_id', 'report_id', where='report_id IS NOT NULL'),
)

# The web chat's own wire: what stands in a chat, in order. A page asks for what comes after the last id it saw, so
# the ids of deleted rows must not come again, as they would on SQLite without AUTOINCREMENT.
transcript = Table(
    'transcript',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('conversation_id', Id, ForeignKey('conversations.id'), nullable=False),
    Column('at', Moment, nullable=False),
    Column('method', Text, nullable=False),
    Column('params', Json, nullable=False),
    # For whom of the staff a frame is, and which case it shows: it goes when he leaves, or the case is forgotten.
    Column('staff_id', Id, ForeignKey('staff.id')),
    Column('report_id', Id, ForeignKey('reports.id')),
    Index('ix_transcript_conversation_id_id', 'conversation_id', 'id'),
    partial_index('ix_transcript_staff_id', 'staff_id', 'id', where='staff_id IS NOT NULL'),
    partial_index('ix_transcript_report_id', 'report_id', 'id', where='report_id IS NOT NULL'),
    sqlite_autoincrement=True,
)

# A message to send to somebody else: code and facts, worded when it is claimed (ARCHITECTURE.md).
outbox = Table(
    'outbox',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('conversation_id', Id, ForeignKey('conversations.id'), nullable=False, index=True),
    Column('lane', Text, nullable=False),
    Column('staff_id', Id, ForeignKey('staff.id')),  # the only member of the staff to whom it may be said
    Column('code', Text, nullable=False),
    Column('facts', Json, nullable=False),
    Column('once', Text, unique=True),
    Column('created_at', Moment, nullable=False),
    Column('due_at', Moment, nullable=False),
    Column('not_after', Moment),
    Column('state', Text, nullable=False),
    Column('attempt', Integer, nullable=False, server_default=text('0')),
    Column('lease_by', Text),
    Column('lease_until', Moment),
    # How many of its calls were said when the platform halted us: the next attempt goes on after them.
    Column('spoken', Integer, nullable=False, server_default=text('0')),
    Column('said_at', Moment),
    Column('trouble', Text),
    partial_index('ix_outbox_order', 'conversation_id', 'id', where="state IN ('due', 'claimed', 'calling')"),
    partial_index('ix_outbox_waiting', 'due_at', where="state IN ('due', 'claimed', 'calling')"),
)

leases = Table(
    'leases',
    metadata,
    Column('name', Text, primary_key=True),
    Column('holder', Text, nullable=False),
    Column('until', Moment, nullable=False),
)

# Under which id a platform keeps a file of ours (a photo's or document's token), so that it is uploaded once.
sent_files = Table(
    'sent_files',
    metadata,
    Column('bot', BIGINT, primary_key=True),
    Column('token', Text, primary_key=True),
    Column('file_id', Text, nullable=False),
)

# How fast a bot may speak: tokens left at a moment, and until when the platform has halted it.
buckets = Table(
    'buckets',
    metadata,
    Column('bot', BIGINT, primary_key=True),
    Column('level', Float, nullable=False),
    Column('at', Moment, nullable=False),
    Column('halted_until', Moment),
)
