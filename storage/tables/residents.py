"""Who talks with us: residents, their conversations, and the one-time codes that move a chat."""

from sqlalchemy import BIGINT, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false, text

from storage.columns import Id, Json, Moment
from storage.tables.metadata import metadata, partial_index

residents = Table(
    'residents',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('locale', Text, nullable=False),
    Column('big', Boolean, nullable=False, server_default=false()),
    Column('notice_version', Text),
    Column('consented_at', Moment),
    Column('created_at', Moment, nullable=False),
)

# One row a chat: its row lock is the order of everything that touches the chat. A chat that was given up (/forget)
# has an address that nobody has, until a job has cleared it and deletes it.
conversations = Table(
    'conversations',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('channel', Text, nullable=False),
    Column('bot', BIGINT, nullable=False),
    Column('chat_id', BIGINT, nullable=False),
    Column('resident_id', Id, ForeignKey('residents.id'), nullable=False, index=True),
    Column('state', Text),
    Column('data', Json, nullable=False),
    Column('session', Integer, nullable=False, server_default=text('0')),
    Column('flood_since', Moment, nullable=False),
    Column('flood_count', Integer, nullable=False, server_default=text('0')),
    Column('flood_album', Text),
    # What was sent within the day that began then; being forgotten does not set it back.
    Column('day_since', Moment),
    Column('day_photos', Integer, nullable=False, server_default=text('0')),
    Column('day_reports', Integer, nullable=False, server_default=text('0')),
    Column('heard_at', Moment, nullable=False),
    Column('unreachable_at', Moment),
    # How often something that stood here was taken away: an open page that sees it grow loads itself anew.
    Column('cleared', Integer, nullable=False, server_default=text('0')),
    UniqueConstraint('channel', 'bot', 'chat_id'),
)

codes = Table(
    'codes',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('digest', Text, nullable=False, unique=True),
    Column('purpose', Text, nullable=False),
    Column('staff_id', Id, ForeignKey('staff.id'), index=True),
    Column('conversation_id', Id, ForeignKey('conversations.id'), index=True),
    Column('created_at', Moment, nullable=False),
    Column('expires_at', Moment, nullable=False),
    Column('used_at', Moment),
    Column('said_until', Moment),  # when it is to be taken out of the chat in which it was said
    partial_index('ix_codes_said_until', 'said_until', where='said_until IS NOT NULL'),
)

# Wrong codes tried, by whoever tried (a chat or an address, hashed): guessing is slowed, not only unlikely.
tries = Table(
    'tries',
    metadata,
    Column('id', Id, primary_key=True, autoincrement=True),
    Column('who', Text, nullable=False),
    Column('at', Moment, nullable=False),
    Index('ix_tries_who_at', 'who', 'at'),
)
