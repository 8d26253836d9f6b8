"""The key that signs cookies: the operator's, or one made at first start and kept for its owner only."""

import os
import secrets
import stat
from pathlib import Path

from lvbi.settings import FEWEST, VAR, Settings, SettingsWrong, Wrong

FILE = VAR / 'secret_key'
OWNER_ONLY = 0o600


def secret_key(settings: Settings) -> bytes:
    """Give the key; makes and keeps one when none is set. Raises SettingsWrong, OSError."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    if not FILE.exists():
        _make(FILE)
    key = FILE.read_bytes().strip()
    if len(key) < FEWEST:
        raise SettingsWrong(Wrong(str(FILE), 'string_too_short', {'min_length': FEWEST}))
    return key


def is_owner_only(path: Path) -> bool:
    """Tell whether nobody but its owner may read or change a file."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def _make(path: Path) -> None:
    """Write the whole key beside its place, then link it there: two at once agree on whoever came first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f'.{path.name}.{secrets.token_hex(8)}')
    handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        with os.fdopen(handle, 'wb') as file:
            file.write(secrets.token_urlsafe(48).encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()
