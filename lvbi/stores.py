"""The store and the media store that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lvbi.clock import SystemClock
from lvbi.refused import reaching_the_store
from lvbi.settings import Settings, SettingsWrong, Wrong
from storage.media import MediaStore
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore
from storage.store import Store


@asynccontextmanager
async def open_store(settings: Settings, *, lasting: bool = False) -> AsyncIterator[Store]:
    """Open the store; only processes that last hear other processes' bells. Raises Refusal store_unreachable."""
    store = make_store(settings)
    if lasting or settings.sqlite_path is not None:
        with reaching_the_store():
            await store.open()
    try:
        yield store
    finally:
        await store.close()


def make_store(settings: Settings) -> Store:
    """Make the store that the address names; nothing is opened yet."""
    clock, path = SystemClock(), settings.sqlite_path
    if path is None:
        return PostgresStore(settings.store_url, clock=clock)
    return SqliteStore(path, clock=clock, synchronous=settings.sqlite_synchronous)


def open_media(settings: Settings) -> MediaStore:
    """Open the media store. Raises SettingsWrong, MediaUnreachable."""
    try:
        return MediaStore.open(settings.media_url, media_options(settings))
    except ValueError as error:
        raise SettingsWrong(Wrong('LVBI_MEDIA_URL', 'as_said', {'said': str(error)})) from None


def media_options(settings: Settings) -> dict[str, str | bool | None]:
    """Give what an S3 needs to be told; plain http is spoken only to an endpoint that says so itself."""
    secret = settings.s3_secret_access_key
    return {
        'endpoint': settings.s3_endpoint,
        'access_key_id': settings.s3_access_key_id,
        'secret_access_key': secret.get_secret_value() if secret else None,
        'region': settings.s3_region,
        'allow_http': (settings.s3_endpoint or '').startswith('http://'),
        'virtual_host': settings.s3_virtual_host,
    }
