"""The tables of the store, as SQLAlchemy Core."""

from storage.tables.messages import inbox, leases, outbox, transcript
from storage.tables.metadata import metadata
from storage.tables.reports import (
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
    'OPEN_CASES',
    'albums',
    'audit',
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
    'staff',
    'transcript',
    'tries',
    'units',
]
