"""The tables of the store, as SQLAlchemy Core."""

from storage.tables.messages import buckets, inbox, leases, outbox, sent_files, transcript
from storage.tables.metadata import metadata
from storage.tables.reports import (
    DONE_CASES,
    OPEN_CASES,
    albums,
    counters,
    doomed_files,
    drafts,
    files,
    photos,
    report_events,
    reports,
)
from storage.tables.residents import codes, conversations, residents, tries
from storage.tables.staff import audit, staff, units

__all__ = [
    'DONE_CASES',
    'OPEN_CASES',
    'albums',
    'audit',
    'buckets',
    'codes',
    'conversations',
    'counters',
    'doomed_files',
    'drafts',
    'files',
    'inbox',
    'leases',
    'metadata',
    'outbox',
    'photos',
    'report_events',
    'reports',
    'residents',
    'sent_files',
    'staff',
    'transcript',
    'tries',
    'units',
]
