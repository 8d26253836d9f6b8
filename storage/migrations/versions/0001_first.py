"""The first tables: residents, conversations, messages, reports, staff."""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

SQLITE_GUARD = """
CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
"""
POSTGRES_GUARD = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Make the tables and guard the audit log."""
    op.create_table(
        'buckets',
        sa.Column('bot', sa.BIGINT(), nullable=False),
        sa.Column('level', sa.Float(), nullable=False),
        sa.Column('at', storage.columns.Moment(), nullable=False),
        sa.Column('halted_until', storage.columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint('bot', name=op.f('pk_buckets')),
    )
    op.create_table(
        'counters',
        sa.Column('city', sa.Text(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('value', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('city', 'year', name=op.f('pk_counters')),
    )
    op.create_table(
        'doomed_files',
        sa.Column('media_key', sa.Text(), nullable=False),
        sa.Column('since', storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint('media_key', name=op.f('pk_doomed_files')),
    )
    op.create_table(
        'leases',
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('holder', sa.Text(), nullable=False),
        sa.Column('until', storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_leases')),
    )
    op.create_table(
        'residents',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('locale', sa.Text(), nullable=False),
        sa.Column('big', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('notice_version', sa.Text(), nullable=True),
        sa.Column('consented_at', storage.columns.Moment(), nullable=True),
        sa.Column('created_at', storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_residents')),
    )
    op.create_table(
        'sent_files',
        sa.Column('bot', sa.BIGINT(), nullable=False),
        sa.Column('token', sa.Text(), nullable=False),
        sa.Column('file_id', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('bot', 'token', name=op.f('pk_sent_files')),
    )
    op.create_table(
        'tries',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('who', sa.Text(), nullable=False),
        sa.Column('at', storage.columns.Moment(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tries')),
    )
    op.create_index('ix_tries_who_at', 'tries', ['who', 'at'], unique=False)
    op.create_table(
        'units',
        sa.Column('code', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('name_zh', sa.Text(), nullable=False),
        sa.Column('name_en', sa.Text(), nullable=False),
        sa.Column('parent', sa.Text(), nullable=True),
        sa.Column('path', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['parent'], ['units.code'], name=op.f('fk_units_parent')),
        sa.PrimaryKeyConstraint('code', name=op.f('pk_units')),
        sa.UniqueConstraint('path', name=op.f('uq_units_path')),
    )
    op.create_table(
        'conversations',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('bot', sa.BIGINT(), nullable=False),
        sa.Column('chat_id', sa.BIGINT(), nullable=False),
        sa.Column('resident_id', storage.columns.Id, nullable=False),
        sa.Column('state', sa.Text(), nullable=True),
        sa.Column('data', storage.columns.Json, nullable=False),
        sa.Column('session', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('flood_since', storage.columns.Moment(), nullable=False),
        sa.Column('flood_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('flood_album', sa.Text(), nullable=True),
        sa.Column('day_since', storage.columns.Moment(), nullable=True),
        sa.Column('day_photos', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('day_reports', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('heard_at', storage.columns.Moment(), nullable=False),
        sa.Column('unreachable_at', storage.columns.Moment(), nullable=True),
        sa.Column('cleared', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_conversations_resident_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
        sa.UniqueConstraint('channel', 'bot', 'chat_id', name=op.f('uq_conversations_channel_bot_chat_id')),
    )
    op.create_index(op.f('ix_conversations_resident_id'), 'conversations', ['resident_id'], unique=False)
    op.create_table(
        'staff',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('role', sa.Text(), nullable=False),
        sa.Column('unit_code', sa.Text(), nullable=False),
        sa.Column('unit_path', sa.Text(), nullable=False),
        sa.Column('resident_id', storage.columns.Id, nullable=True),
        sa.Column('created_at', storage.columns.Moment(), nullable=False),
        sa.Column('signed_in_at', storage.columns.Moment(), nullable=True),
        sa.Column('removed_at', storage.columns.Moment(), nullable=True),
        sa.Column('left_at', storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_staff_resident_id')),
        sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_staff_unit_code')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    )
    op.create_index(
        'ix_staff_resident_id',
        'staff',
        ['resident_id'],
        unique=True,
        sqlite_where=sa.text('resident_id IS NOT NULL'),
        postgresql_where=sa.text('resident_id IS NOT NULL'),
    )
    op.create_table(
        'albums',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=False),
        sa.Column('media_group_id', sa.Text(), nullable=False),
        sa.Column('draft', sa.Text(), nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('told', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('at', storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_albums_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_albums')),
        sa.UniqueConstraint(
            'conversation_id', 'media_group_id', name=op.f('uq_albums_conversation_id_media_group_id')
        ),
    )
    op.create_table(
        'audit',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('at', storage.columns.Moment(), nullable=False),
        sa.Column('staff_id', storage.columns.Id, nullable=True),
        sa.Column('door', sa.Text(), nullable=False),
        sa.Column('verb', sa.Text(), nullable=False),
        sa.Column('noun', sa.Text(), nullable=False),
        sa.Column('subject', sa.Text(), nullable=False),
        sa.Column('facts', storage.columns.Json, nullable=False),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_audit_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    )
    op.create_index('ix_audit_noun_subject', 'audit', ['noun', 'subject'], unique=False)
    op.create_table(
        'codes',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('digest', sa.Text(), nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('staff_id', storage.columns.Id, nullable=True),
        sa.Column('conversation_id', storage.columns.Id, nullable=True),
        sa.Column('created_at', storage.columns.Moment(), nullable=False),
        sa.Column('expires_at', storage.columns.Moment(), nullable=False),
        sa.Column('used_at', storage.columns.Moment(), nullable=True),
        sa.Column('said_until', storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_codes_conversation_id')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_codes_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_codes')),
        sa.UniqueConstraint('digest', name=op.f('uq_codes_digest')),
    )
    op.create_index(op.f('ix_codes_conversation_id'), 'codes', ['conversation_id'], unique=False)
    op.create_index(
        'ix_codes_said_until',
        'codes',
        ['said_until'],
        unique=False,
        sqlite_where=sa.text('said_until IS NOT NULL'),
        postgresql_where=sa.text('said_until IS NOT NULL'),
    )
    op.create_index(op.f('ix_codes_staff_id'), 'codes', ['staff_id'], unique=False)
    op.create_table(
        'drafts',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=False),
        sa.Column('facts', storage.columns.Json, nullable=False),
        sa.Column('parked_at', storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_drafts_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    )
    op.create_index(op.f('ix_drafts_conversation_id'), 'drafts', ['conversation_id'], unique=False)
    op.create_table(
        'files',
        sa.Column('token', sa.Text(), nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=False),
        sa.Column('media_key', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('until', storage.columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_files_conversation_id')),
        sa.PrimaryKeyConstraint('token', name=op.f('pk_files')),
    )
    op.create_index(op.f('ix_files_conversation_id'), 'files', ['conversation_id'], unique=False)
    op.create_table(
        'outbox',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=False),
        sa.Column('lane', sa.Text(), nullable=False),
        sa.Column('staff_id', storage.columns.Id, nullable=True),
        sa.Column('code', sa.Text(), nullable=False),
        sa.Column('facts', storage.columns.Json, nullable=False),
        sa.Column('once', sa.Text(), nullable=True),
        sa.Column('created_at', storage.columns.Moment(), nullable=False),
        sa.Column('due_at', storage.columns.Moment(), nullable=False),
        sa.Column('not_after', storage.columns.Moment(), nullable=True),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('attempt', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('lease_by', sa.Text(), nullable=True),
        sa.Column('lease_until', storage.columns.Moment(), nullable=True),
        sa.Column('spoken', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('said_at', storage.columns.Moment(), nullable=True),
        sa.Column('trouble', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_outbox_conversation_id')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_outbox_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
        sa.UniqueConstraint('once', name=op.f('uq_outbox_once')),
    )
    op.create_index(op.f('ix_outbox_conversation_id'), 'outbox', ['conversation_id'], unique=False)
    op.create_index(
        'ix_outbox_order',
        'outbox',
        ['conversation_id', 'id'],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'claimed', 'calling')"),
        postgresql_where=sa.text("state IN ('due', 'claimed', 'calling')"),
    )
    op.create_index(
        'ix_outbox_waiting',
        'outbox',
        ['due_at'],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'claimed', 'calling')"),
        postgresql_where=sa.text("state IN ('due', 'claimed', 'calling')"),
    )
    op.create_table(
        'photos',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('token', sa.Text(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=True),
        sa.Column('draft', sa.Text(), nullable=True),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), server_default=sa.text("'photo'"), nullable=False),
        sa.Column('position', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('refusal', sa.Text(), nullable=True),
        sa.Column('received_at', storage.columns.Moment(), nullable=False),
        sa.Column('attached_at', storage.columns.Moment(), nullable=True),
        sa.Column('clean_key', sa.Text(), nullable=True),
        sa.Column('small_key', sa.Text(), nullable=True),
        sa.Column('original_key', sa.Text(), nullable=True),
        sa.Column('original_until', storage.columns.Moment(), nullable=True),
        sa.Column('sha256', sa.Text(), nullable=True),
        sa.Column('dhash', sa.BIGINT(), nullable=True),
        sa.Column('width', sa.Integer(), nullable=True),
        sa.Column('height', sa.Integer(), nullable=True),
        sa.Column('exif_lat', sa.Float(), nullable=True),
        sa.Column('exif_lon', sa.Float(), nullable=True),
        sa.Column('size', sa.Integer(), nullable=True),
        sa.Column('seconds', sa.Integer(), nullable=True),
        sa.Column('file_id', sa.Text(), nullable=True),
        sa.Column('due_at', storage.columns.Moment(), nullable=True),
        sa.Column('line_at', storage.columns.Moment(), nullable=True),
        sa.Column('attempt', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('lease_by', sa.Text(), nullable=True),
        sa.Column('lease_until', storage.columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_photos_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_photos')),
        sa.UniqueConstraint('source', name=op.f('uq_photos_source')),
        sa.UniqueConstraint('token', name=op.f('uq_photos_token')),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_photos_conversation_id', 'photos', ['conversation_id', 'received_at'], unique=False)
    op.create_index('ix_photos_dhash', 'photos', ['dhash'], unique=False)
    op.create_index('ix_photos_draft', 'photos', ['draft'], unique=False)
    op.create_index(
        'ix_photos_pending',
        'photos',
        ['line_at'],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index('ix_photos_sha256', 'photos', ['sha256'], unique=False)
    op.create_table(
        'reports',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('city', sa.Text(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('serial', sa.Integer(), nullable=False),
        sa.Column('draft', sa.Text(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
        sa.Column('category', sa.Text(), nullable=False),
        sa.Column('unit_code', sa.Text(), nullable=False),
        sa.Column('unit_path', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
        sa.Column('resident_id', storage.columns.Id, nullable=True),
        sa.Column('conversation_id', storage.columns.Id, nullable=True),
        sa.Column('forget', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('words', sa.Text(), nullable=True),
        sa.Column('lat', sa.Float(), nullable=True),
        sa.Column('lon', sa.Float(), nullable=True),
        sa.Column('place_words', sa.Text(), nullable=True),
        sa.Column('owner_id', storage.columns.Id, nullable=True),
        sa.Column('filed_at', storage.columns.Moment(), nullable=False),
        sa.Column('moved_at', storage.columns.Moment(), nullable=False),
        sa.Column('accepted_at', storage.columns.Moment(), nullable=True),
        sa.Column('resolved_at', storage.columns.Moment(), nullable=True),
        sa.Column('closed_at', storage.columns.Moment(), nullable=True),
        sa.Column('answer', sa.Text(), nullable=True),
        sa.Column('copies_since', storage.columns.Moment(), nullable=True),
        sa.CheckConstraint("answer IN ('fixed', 'partly', 'not', 'none')", name=op.f('ck_reports_answer')),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_reports_conversation_id')),
        sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_reports_owner_id')),
        sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_reports_resident_id')),
        sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_reports_unit_code')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
        sa.UniqueConstraint('city', 'year', 'serial', name=op.f('uq_reports_city_year_serial')),
        sa.UniqueConstraint('draft', name=op.f('uq_reports_draft')),
    )
    op.create_index('ix_reports_conversation_id', 'reports', ['conversation_id'], unique=False)
    op.create_index(
        'ix_reports_copies',
        'reports',
        ['copies_since'],
        unique=False,
        sqlite_where=sa.text('copies_since IS NOT NULL'),
        postgresql_where=sa.text('copies_since IS NOT NULL'),
    )
    op.create_index(
        'ix_reports_done',
        'reports',
        ['id', 'unit_path'],
        unique=False,
        sqlite_where=sa.text(
            "state NOT IN ('received', 'accepted', 'needs_info', 'answered', 'in_progress', 'reopen_requested')"
        ),
        postgresql_where=sa.text(
            "state NOT IN ('received', 'accepted', 'needs_info', 'answered', 'in_progress', 'reopen_requested')"
        ),
    )
    op.create_index(
        'ix_reports_forget',
        'reports',
        ['id'],
        unique=False,
        sqlite_where=sa.text('forget IS 1'),
        postgresql_where=sa.text('forget IS true'),
    )
    op.create_index(
        'ix_reports_open',
        'reports',
        ['unit_path', 'state'],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
    )
    op.create_index(
        'ix_reports_owner_id',
        'reports',
        ['owner_id', 'id'],
        unique=False,
        sqlite_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
    )
    op.create_index('ix_reports_resident_id', 'reports', ['resident_id'], unique=False)
    op.create_index('ix_reports_state_moved_at', 'reports', ['state', 'moved_at'], unique=False)
    op.create_index('ix_reports_unit_path_state', 'reports', ['unit_path', 'state'], unique=False)
    op.create_table(
        'inbox',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.Column('bot', sa.BIGINT(), nullable=False),
        sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=True),
        sa.Column('heard_at', storage.columns.Moment(), nullable=False),
        sa.Column('outcome', sa.Text(), nullable=False),
        sa.Column('raw', sa.Text(), nullable=True),
        sa.Column('replies', storage.columns.Json, nullable=True),
        sa.Column('said', storage.columns.Json, nullable=True),
        sa.Column('unsaid', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('reference', sa.Text(), nullable=True),
        sa.Column('trouble', sa.Text(), nullable=True),
        sa.Column('staff_id', storage.columns.Id, nullable=True),
        sa.Column('report_id', storage.columns.Id, nullable=True),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_inbox_conversation_id')),
        sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_inbox_report_id')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_inbox_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
        sa.UniqueConstraint('channel', 'bot', 'key', name=op.f('uq_inbox_channel_bot_key')),
        sa.UniqueConstraint('reference', name=op.f('uq_inbox_reference')),
    )
    op.create_index('ix_inbox_conversation_id', 'inbox', ['conversation_id'], unique=False)
    op.create_index(
        'ix_inbox_raw',
        'inbox',
        ['heard_at'],
        unique=False,
        sqlite_where=sa.text('raw IS NOT NULL'),
        postgresql_where=sa.text('raw IS NOT NULL'),
    )
    op.create_index(
        'ix_inbox_report_id',
        'inbox',
        ['report_id'],
        unique=False,
        sqlite_where=sa.text('report_id IS NOT NULL'),
        postgresql_where=sa.text('report_id IS NOT NULL'),
    )
    op.create_index(
        'ix_inbox_staff_id',
        'inbox',
        ['staff_id'],
        unique=False,
        sqlite_where=sa.text('staff_id IS NOT NULL'),
        postgresql_where=sa.text('staff_id IS NOT NULL'),
    )
    op.create_index(
        'ix_inbox_unsaid',
        'inbox',
        ['heard_at'],
        unique=False,
        sqlite_where=sa.text('unsaid > 0'),
        postgresql_where=sa.text('unsaid > 0'),
    )
    op.create_table(
        'report_events',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('report_id', storage.columns.Id, nullable=False),
        sa.Column('at', storage.columns.Moment(), nullable=False),
        sa.Column('move', sa.Text(), nullable=False),
        sa.Column('state_from', sa.Text(), nullable=True),
        sa.Column('state_to', sa.Text(), nullable=False),
        sa.Column('actor', sa.Text(), nullable=False),
        sa.Column('staff_id', storage.columns.Id, nullable=True),
        sa.Column('reason', sa.Text(), nullable=True),
        sa.Column('words', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_report_events_report_id')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_report_events_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_events')),
    )
    op.create_index(op.f('ix_report_events_report_id'), 'report_events', ['report_id'], unique=False)
    op.create_table(
        'transcript',
        sa.Column('id', storage.columns.Id, autoincrement=True, nullable=False),
        sa.Column('conversation_id', storage.columns.Id, nullable=False),
        sa.Column('at', storage.columns.Moment(), nullable=False),
        sa.Column('method', sa.Text(), nullable=False),
        sa.Column('params', storage.columns.Json, nullable=False),
        sa.Column('staff_id', storage.columns.Id, nullable=True),
        sa.Column('report_id', storage.columns.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversations.id'], name=op.f('fk_transcript_conversation_id')
        ),
        sa.ForeignKeyConstraint(['report_id'], ['reports.id'], name=op.f('fk_transcript_report_id')),
        sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_transcript_staff_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_transcript')),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_transcript_conversation_id_id', 'transcript', ['conversation_id', 'id'], unique=False)
    op.create_index(
        'ix_transcript_report_id',
        'transcript',
        ['report_id', 'id'],
        unique=False,
        sqlite_where=sa.text('report_id IS NOT NULL'),
        postgresql_where=sa.text('report_id IS NOT NULL'),
    )
    op.create_index(
        'ix_transcript_staff_id',
        'transcript',
        ['staff_id', 'id'],
        unique=False,
        sqlite_where=sa.text('staff_id IS NOT NULL'),
        postgresql_where=sa.text('staff_id IS NOT NULL'),
    )
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('UPDATE', 'DELETE'):
            op.execute(SQLITE_GUARD.format(verb=verb))
    else:
        op.execute(POSTGRES_FUNCTION)
        op.execute(POSTGRES_GUARD)


def downgrade() -> None:
    """Drop the tables."""

    op.drop_index(
        'ix_transcript_staff_id',
        table_name='transcript',
        sqlite_where=sa.text('staff_id IS NOT NULL'),
        postgresql_where=sa.text('staff_id IS NOT NULL'),
    )
    op.drop_index(
        'ix_transcript_report_id',
        table_name='transcript',
        sqlite_where=sa.text('report_id IS NOT NULL'),
        postgresql_where=sa.text('report_id IS NOT NULL'),
    )
    op.drop_index('ix_transcript_conversation_id_id', table_name='transcript')
    op.drop_table('transcript')
    op.drop_index(op.f('ix_report_events_report_id'), table_name='report_events')
    op.drop_table('report_events')
    op.drop_index(
        'ix_inbox_unsaid',
        table_name='inbox',
        sqlite_where=sa.text('unsaid > 0'),
        postgresql_where=sa.text('unsaid > 0'),
    )
    op.drop_index(
        'ix_inbox_staff_id',
        table_name='inbox',
        sqlite_where=sa.text('staff_id IS NOT NULL'),
        postgresql_where=sa.text('staff_id IS NOT NULL'),
    )
    op.drop_index(
        'ix_inbox_report_id',
        table_name='inbox',
        sqlite_where=sa.text('report_id IS NOT NULL'),
        postgresql_where=sa.text('report_id IS NOT NULL'),
    )
    op.drop_index(
        'ix_inbox_raw',
        table_name='inbox',
        sqlite_where=sa.text('raw IS NOT NULL'),
        postgresql_where=sa.text('raw IS NOT NULL'),
    )
    op.drop_index('ix_inbox_conversation_id', table_name='inbox')
    op.drop_table('inbox')
    op.drop_index('ix_reports_unit_path_state', table_name='reports')
    op.drop_index('ix_reports_state_moved_at', table_name='reports')
    op.drop_index('ix_reports_resident_id', table_name='reports')
    op.drop_index(
        'ix_reports_owner_id',
        table_name='reports',
        sqlite_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
    )
    op.drop_index(
        'ix_reports_open',
        table_name='reports',
        sqlite_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('confirmed', 'rejected', 'withdrawn')"),
    )
    op.drop_index(
        'ix_reports_forget',
        table_name='reports',
        sqlite_where=sa.text('forget IS 1'),
        postgresql_where=sa.text('forget IS true'),
    )
    op.drop_index(
        'ix_reports_done',
        table_name='reports',
        sqlite_where=sa.text(
            "state NOT IN ('received', 'accepted', 'needs_info', 'answered', 'in_progress', 'reopen_requested')"
        ),
        postgresql_where=sa.text(
            "state NOT IN ('received', 'accepted', 'needs_info', 'answered', 'in_progress', 'reopen_requested')"
        ),
    )
    op.drop_index(
        'ix_reports_copies',
        table_name='reports',
        sqlite_where=sa.text('copies_since IS NOT NULL'),
        postgresql_where=sa.text('copies_since IS NOT NULL'),
    )
    op.drop_index('ix_reports_conversation_id', table_name='reports')
    op.drop_table('reports')
    op.drop_index('ix_photos_sha256', table_name='photos')
    op.drop_index(
        'ix_photos_pending',
        table_name='photos',
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index('ix_photos_draft', table_name='photos')
    op.drop_index('ix_photos_dhash', table_name='photos')
    op.drop_index('ix_photos_conversation_id', table_name='photos')
    op.drop_table('photos')
    op.drop_index(
        'ix_outbox_waiting',
        table_name='outbox',
        sqlite_where=sa.text("state IN ('due', 'claimed', 'calling')"),
        postgresql_where=sa.text("state IN ('due', 'claimed', 'calling')"),
    )
    op.drop_index(
        'ix_outbox_order',
        table_name='outbox',
        sqlite_where=sa.text("state IN ('due', 'claimed', 'calling')"),
        postgresql_where=sa.text("state IN ('due', 'claimed', 'calling')"),
    )
    op.drop_index(op.f('ix_outbox_conversation_id'), table_name='outbox')
    op.drop_table('outbox')
    op.drop_index(op.f('ix_files_conversation_id'), table_name='files')
    op.drop_table('files')
    op.drop_index(op.f('ix_drafts_conversation_id'), table_name='drafts')
    op.drop_table('drafts')
    op.drop_index(op.f('ix_codes_staff_id'), table_name='codes')
    op.drop_index(
        'ix_codes_said_until',
        table_name='codes',
        sqlite_where=sa.text('said_until IS NOT NULL'),
        postgresql_where=sa.text('said_until IS NOT NULL'),
    )
    op.drop_index(op.f('ix_codes_conversation_id'), table_name='codes')
    op.drop_table('codes')
    op.drop_index('ix_audit_noun_subject', table_name='audit')
    op.drop_table('audit')
    op.drop_table('albums')
    op.drop_index(
        'ix_staff_resident_id',
        table_name='staff',
        sqlite_where=sa.text('resident_id IS NOT NULL'),
        postgresql_where=sa.text('resident_id IS NOT NULL'),
    )
    op.drop_table('staff')
    op.drop_index(op.f('ix_conversations_resident_id'), table_name='conversations')
    op.drop_table('conversations')
    op.drop_table('units')
    op.drop_index('ix_tries_who_at', table_name='tries')
    op.drop_table('tries')
    op.drop_table('sent_files')
    op.drop_table('residents')
    op.drop_table('leases')
    op.drop_table('doomed_files')
    op.drop_table('counters')
    op.drop_table('buckets')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION refuse_change()')
