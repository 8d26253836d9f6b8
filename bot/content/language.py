"""The reader's language: msgids are English sentences, catalogues are Babel's, the door says who reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / 'locale'
CATALOGUES = {'zh': 'zh_Hans_CN', 'en': 'en'}
DEFAULT = 'zh'

_reader: ContextVar[tuple[str, GNUTranslations]] = ContextVar('reader')


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Word everything within for a reader of `locale` ('zh' or 'en')."""
    token = _reader.set((locale, catalogue(locale)))
    try:
        yield
    finally:
        _reader.reset(token)


def _(msgid: str) -> str:
    """Translate an English sentence for the reader; raises LookupError where no reader is known."""
    return _reader.get()[1].gettext(msgid)


def marked(msgid: str) -> str:
    """Mark an English sentence for the catalogues; whoever says it translates it then."""
    return msgid


def counted(one: str, many: str, number: int) -> str:
    """Translate a sentence that changes with a number."""
    return _reader.get()[1].ngettext(one, many, number)


def reader() -> str:
    """Name the reader's locale."""
    return _reader.get()[0]


@cache
def catalogue(locale: str) -> GNUTranslations:
    """Load a catalogue straight from its .po, so that none is ever stale or uncompiled."""
    with po_file(locale).open('rb') as source:
        messages = read_po(source, locale=CATALOGUES[locale])
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def po_file(locale: str) -> Path:
    """Name the catalogue file of a locale."""
    return FOLDER / CATALOGUES[locale] / 'LC_MESSAGES' / 'lvbi.po'


def locale_of(language_code: str | None) -> str:
    """Choose our locale for a platform's language code ('zh-hans', 'zh-CN', 'en_US', '' …)."""
    if not language_code:
        return DEFAULT
    return 'zh' if language_code.lower().startswith('zh') else 'en'
