"""Expected troubles as one line for whoever runs the house; everything else is a fault of ours."""

import locale as system_locale
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from bot.content import operators
from bot.content.language import locale_of, speaking
from bot.content.pack import PackError
from civic.refusals import Refusal
from lvbi.settings import SettingsWrong
from storage.media import MediaUnreachable
from storage.store import StoreBusy, StoreDown

# What a driver raises when nobody answers, or answers "not you" or "no such database".
UNREACHABLE = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)


def operators_locale() -> str:
    """The language of whoever types the command: `zh` or `en`, by LC_ALL, LC_MESSAGES or LANG."""
    named = next((os.environ[name] for name in ('LC_ALL', 'LC_MESSAGES', 'LANG') if os.environ.get(name)), 'en')
    return locale_of(system_locale.normalize(named))


def lines_of(error: BaseException) -> list[str] | None:
    """Word an expected trouble, a line each; None for what nobody expected."""
    with speaking(operators_locale()):
        if isinstance(error, SettingsWrong):
            return [operators.setting(one.variable, one.why, one.facts) for one in error.found]
        refusal = refusal_of(error)
        return None if refusal is None else [_sentence(refusal)]


def _sentence(refusal: Refusal) -> str:
    """Word a refusal; the command line's own sentences do not wait for what the chat needs."""
    own = operators.SENTENCES.get(refusal.code)
    if own is not None:
        return own(refusal.facts)
    from bot.content.refusals import sentence

    return sentence(refusal)


def refusal_of(error: BaseException) -> Refusal | None:
    """Take an expected trouble as a refusal."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, StoreBusy):
        return Refusal('store_busy')
    if isinstance(error, StoreDown):
        return Refusal('store_unreachable', said=_meaning(error.__cause__ or error))
    if isinstance(error, MediaUnreachable):
        return Refusal('media_unreachable', said=str(error))
    if isinstance(error, PackError):
        return Refusal('broken_pack', said=str(error))
    return None


@contextmanager
def reaching_the_store() -> Iterator[None]:
    """Turn what drivers raise on a first contact into a Refusal store_unreachable, without the address."""
    try:
        yield
    except UNREACHABLE as error:
        raise Refusal('store_unreachable', said=_meaning(error)) from None


def _meaning(error: BaseException) -> str:
    """Say why in a few words; a driver's own words may hold the address, its kind of error does not."""
    cause = getattr(error, 'orig', None) or error
    if isinstance(cause, socket.gaierror):
        return 'no such host'
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno)
    return str(cause) if isinstance(cause, sqlite3.Error | StoreDown) else type(cause).__name__
