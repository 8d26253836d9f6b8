"""What `lvbi doctor` looks at: each check gives findings or raises an expected refusal."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from dotenv import dotenv_values
from sqlalchemy import text

from bot.content import pack
from civic.refusals import Refusal
from jobs.files_check import compare
from lvbi import secret_key, serving
from lvbi.addresses import chat_link
from lvbi.progress import progress
from lvbi.readiness import check_ready
from lvbi.refused import reaching_the_store
from lvbi.settings import PREFIX, Settings
from lvbi.stores import open_media, open_store
from lvbi.telegram import make_wire, name_of
from storage import schema

# Variables of ours that are no settings: they belong to the tests.
NOT_OURS = ('LVBI_CHROMIUM', 'LVBI_TEST_')
MANY_WAITING = 1000  # updates at Telegram: they wait a day at most
VERSIONS = {'sqlite': ('SQLite', 'SELECT sqlite_version()'), 'postgresql': ('PostgreSQL', 'SHOW server_version')}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table: about what, how it is (ok, wrong or note), the code of its sentence and the facts."""

    subject: str
    state: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


async def check_settings(settings: Settings) -> list[Finding]:
    """The values were read; names that look like ours and are none are shown."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    found = _look_at_city(settings.city)
    for name in sorted({*os.environ, *dotenv_values('.env')}):
        if name.startswith(PREFIX) and name not in known and not name.startswith(NOT_OURS):
            near = get_close_matches(name, known, 1)
            facts = {'name': name, 'instead': near[0] if near else ''}
            found.append(Finding('settings', 'wrong', 'not_a_setting' if near else 'unknown_setting', facts))
    return found


def _look_at_city(name: str) -> list[Finding]:
    """The pack can be read; the data notice needs a contact that the operator fills in."""
    contact = pack.load(name).operator.contact
    found = [Finding('settings', 'ok', 'settings_read', {'city': name})]
    if 'city.toml' in contact.zh + contact.en:
        found.append(Finding('settings', 'note', 'no_contact', {'path': f'bot/content/{name}/city.toml'}))
    return found


async def check_secret_key(settings: Settings) -> list[Finding]:
    """The key that signs cookies is set, or kept for its owner only."""
    path = secret_key.FILE
    facts = {'path': str(path)}
    if settings.secret_key is not None:
        return [Finding('secret_key', 'ok', 'key_set')]
    if not path.exists():
        return [Finding('secret_key', 'ok', 'key_comes', facts)]
    try:
        secret_key.secret_key(settings)
    except OSError as error:
        return [Finding('secret_key', 'wrong', 'key_unreadable', facts | {'said': error.strerror})]
    if not secret_key.is_owner_only(path):
        return [Finding('secret_key', 'wrong', 'key_open', facts)]
    alone = [] if settings.sqlite_path else [Finding('secret_key', 'note', 'key_alone', facts)]
    return [Finding('secret_key', 'ok', 'key_kept', facts), *alone]


async def check_database(settings: Settings) -> list[Finding]:
    """The database answers, and says what it is. An empty SQLite store is not made by looking at it."""
    if settings.sqlite_path is not None and not settings.sqlite_path.exists():
        raise Refusal('store_empty')
    with reaching_the_store():
        async with open_store(settings) as store, store.read() as tx:
            name, question = VERSIONS[store.dialect]
            version = (await tx.execute(text(question))).scalar_one()
    return [Finding('database', 'ok', 'database_there', {'name': name, 'version': version})]


async def check_migrations(settings: Settings) -> list[Finding]:
    """The store has the version that this program needs."""
    await check_ready(settings)
    return [Finding('migrations', 'ok', 'migrated', {'found': schema.needed_version()})]


async def check_media(settings: Settings) -> list[Finding]:
    """The media store takes, gives back and deletes."""
    media = open_media(settings)
    await media.check()
    return [Finding('media', 'ok', 'media_there', {'name': media.name})]


async def check_files(settings: Settings) -> list[Finding]:
    """Every row has its file and every file its row."""
    async with open_store(settings) as store:
        with progress() as tell:
            found = await compare(store, open_media(settings), tell=tell)
    findings = []
    if found.missing:
        facts = {'count': len(found.missing), 'example': found.missing[0]}
        findings.append(Finding('files', 'wrong', 'files_missing', facts))
    if found.stray:
        findings.append(Finding('files', 'note', 'files_left', {'count': len(found.stray)}))
    return findings or [Finding('files', 'ok', 'files_fit')]


async def check_port(settings: Settings) -> list[Finding]:
    """The port is free, or Lvbi itself answers there."""
    facts = {'host': settings.http_host, 'port': settings.http_port}
    try:
        serving.listen(settings).close()
    except Refusal as refusal:
        if refusal.code != 'port_taken' or not await _answers(settings):
            raise
        return [Finding('port', 'ok', 'port_ours', facts)]
    return [Finding('port', 'ok', 'port_free', facts)]


async def _answers(settings: Settings) -> bool:
    """Ask /health, as a browser on this machine would."""
    host = chat_link(settings.model_copy(update={'public_url': None})).split('/')[2].rsplit(':', 1)[0].strip('[]')
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, settings.http_port)
            writer.write(b'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
            said = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return said.startswith((b'HTTP/1.1 200', b'HTTP/1.1 503'))  # 503: it runs, and its database does not


async def check_https(settings: Settings) -> list[Finding]:
    """Browsers give place and camera to https only (and to the machine itself)."""
    url = settings.public_url
    if url is None:
        return [Finding('https', 'note', 'https_missing')]
    secure = url.startswith('https://')
    return [Finding('https', 'ok' if secure else 'note', 'https_set' if secure else 'https_local', {'url': url})]


async def check_telegram(settings: Settings) -> list[Finding]:
    """The token is known, the Bot API server answers, and its webhook, if any, is well."""
    wire = make_wire(settings)
    if wire is None:
        return []
    try:
        name = await name_of(wire)
        webhook = await wire.call('getWebhookInfo') if name else {}
    finally:
        await wire.close()
    if name is None:
        return [Finding('telegram', 'wrong', 'bot_api_away', {'base': wire.base})]
    found = [Finding('telegram', 'ok', 'bot_there', {'name': name})]
    waiting, trouble = webhook.get('pending_update_count', 0), webhook.get('last_error_message')
    if trouble:
        found.append(Finding('telegram', 'note', 'webhook_trouble', {'said': trouble}))
    if waiting > MANY_WAITING:
        found.append(Finding('telegram', 'note', 'updates_waiting', {'count': waiting}))
    return found


CHECKS: dict[str, Callable[[Settings], Awaitable[list[Finding]]]] = {
    'settings': check_settings,
    'secret_key': check_secret_key,
    'database': check_database,
    'migrations': check_migrations,
    'media': check_media,
    'files': check_files,
    'port': check_port,
    'https': check_https,
    'telegram': check_telegram,
}
# What must be right before a check can tell anything.
NEEDS = {'migrations': {'database'}, 'files': {'database', 'migrations', 'media'}}
