"""Logs: one stream on stderr, ours and the libraries', with nothing in it that must not be there."""

import logging
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.typing import Processor

from lvbi.redaction import Redaction

# What these say below the level is noise, addresses with tokens, or the content of updates.
QUIET = {
    'uvicorn': logging.WARNING,
    'uvicorn.access': logging.CRITICAL,
    'httpx': logging.WARNING,
    'httpcore': logging.WARNING,
    'aiogram': logging.ERROR,
    'telegram': logging.WARNING,
    'apscheduler': logging.WARNING,
    'alembic': logging.WARNING,
    'sqlalchemy': logging.WARNING,
    'aiosqlite': logging.WARNING,
    'asyncio': logging.WARNING,
    'websockets': logging.WARNING,
    'PIL': logging.WARNING,
}


def configure(form: str, level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (stderr) as `console` or `json` lines, from `level` on."""
    redaction = Redaction(secrets)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt='iso', utc=True),
    ]
    ends: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,  # before the redaction: error texts are masked too
        redaction,
        _renderer(form, stream or sys.stderr),
    ]
    _route_stdlib(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=ends), level, stream)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _route_stdlib(formatter: logging.Formatter, level: str, stream: TextIO | None) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _renderer(form: str, stream: TextIO) -> Processor:
    if form == 'json':
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    plain = structlog.dev.plain_traceback  # the rich one shows the values of variables
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)


def report_fault(fault: BaseException) -> None:
    """Log a fault of ours that ends a command; before the settings were read, as plain lines."""
    if not structlog.is_configured():
        configure('console', 'info')
    structlog.get_logger('lvbi').critical('a fault of ours', exc_info=fault)
