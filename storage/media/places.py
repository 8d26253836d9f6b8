"""The two places where files can lie: a folder of this machine, a bucket of an S3."""

import errno
import os
import re
import stat
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential  # exist for type checkers only

OWNER_ONLY_FOLDER, OWNER_ONLY_FILE = 0o700, 0o600
HALF_WRITTEN = '*/*/*#*'  # obstore writes beside the file and renames it; this is what a crash leaves
HALF_WRITTEN_FOR = timedelta(hours=1)

OPTIONS = {'endpoint', 'access_key_id', 'secret_access_key', 'session_token', 'region', 'allow_http', 'virtual_host'}
REQUIRED = ('access_key_id', 'secret_access_key', 'region')

Options = Mapping[str, str | bool | None]


class Folder:
    """What obstore leaves to us on a local disk: owner-only rights, and bytes that survive a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def check_there(self) -> None:
        """Raises OSError when the folder is gone, as when its disk is not mounted: it is never made anew."""
        if not stat.S_ISDIR(self.root.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))

    def prepare(self, key: str) -> None:
        """Makes the folders of `key`, for the owner only, durably."""
        self.check_there()
        for folder in reversed((self.root / key).relative_to(self.root).parents[:-1]):
            place = self.root / folder
            if not place.is_dir():
                place.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
                _sync(place.parent)

    def settle(self, key: str) -> None:
        """After a write: owner-only, on the disk, and named in its folder."""
        path = self.root / key
        path.chmod(OWNER_ONLY_FILE)
        _sync(path)
        _sync(path.parent)

    def settle_gone(self, key: str) -> None:
        """After a removal: the folder on the disk knows it too."""
        _sync((self.root / key).parent)

    def sweep(self, now: datetime) -> int:
        """Removes what a crash left half-written more than an hour before `now`; how many."""
        self.check_there()
        oldest = (now - HALF_WRITTEN_FOR).timestamp()
        stale = [path for path in self.root.glob(HALF_WRITTEN) if path.stat().st_mtime < oldest]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def local_path(url: str) -> Path | None:
    """The folder that `url` names, None when it names an S3. Raises ValueError when it names neither."""
    scheme, _, rest = url.rpartition('://')
    if not rest or scheme not in {'', 'file', 's3'}:
        raise ValueError('a media store is a folder, file:///folder or s3://bucket/prefix')
    if scheme == 's3':
        return None
    parts = urlsplit(url)
    if scheme and (parts.netloc or not parts.path):
        raise ValueError('a file:// address of a media store names a whole path: file:///srv/lvbi/media')
    return Path(unquote(parts.path) if scheme else url).absolute()


def open_folder(path: Path) -> tuple[LocalStore, Folder]:
    """The folder, made for the owner only when it was not there. Raises OSError."""
    if not path.is_dir():
        path.mkdir(mode=OWNER_ONLY_FOLDER, parents=True)
        _sync(path.parent)
    return LocalStore(path), Folder(path)


def open_s3(url: str, options: Options) -> S3Store:
    """A bucket. Raises ValueError naming what is missing or unknown.

    The library would fill what is not given from AWS_… variables, so all that decides whom we speak to, and
    as whom, is given.
    """
    bucket, _, prefix = url.removeprefix('s3://').strip('/').partition('/')
    if not re.fullmatch(r'[a-z0-9][a-z0-9.-]{1,62}', bucket) or not re.fullmatch(
        r'[\w-]*(/[\w-]+)*', prefix, re.ASCII
    ):
        raise ValueError('an S3 media store is s3://bucket or s3://bucket/prefix, in letters, digits and -')
    _check_options(options)
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=_config(bucket, options),
        client_options={
            'allow_http': bool(options.get('allow_http')),
            'connect_timeout': timedelta(seconds=5),
            'timeout': timedelta(seconds=60),
        },
        retry_config={'max_retries': 3, 'retry_timeout': timedelta(seconds=30)},
        credential_provider=partial(_credential, dict(options)),
    )


def _config(bucket: str, options: Options) -> 'S3Config':
    endpoint = _endpoint(bucket, options)
    return {
        'endpoint': endpoint,
        'aws_endpoint_url_s3': endpoint,  # else one from the environment would win
        'region': str(options['region']),
        'virtual_hosted_style_request': bool(options.get('virtual_host')),
        'disable_bulk_delete': True,  # a plain DELETE is what every S3 speaks
        'skip_signature': False,
        'unsigned_payload': False,
        'request_payer': False,
        's3_express': False,
    }


def _credential(options: Options) -> 'S3Credential':
    """Through a function, because a session token of the environment would be added to plain options."""
    token = options.get('session_token')
    return {
        'access_key_id': str(options['access_key_id']),
        'secret_access_key': str(options['secret_access_key']),
        'token': str(token) if token else None,
        'expires_at': None,
    }


def _check_options(options: Options) -> None:
    unknown = sorted(set(options) - OPTIONS)
    if unknown:
        raise ValueError(f'unknown option of an S3 media store: {unknown[0]}')
    missing = [name for name in REQUIRED if not options.get(name)]
    if missing:
        raise ValueError(f'an S3 media store needs {", ".join(missing)}')


def _endpoint(bucket: str, options: Options) -> str:
    """Where the bucket answers; with `virtual_host` its name stands before the host, as some clouds demand."""
    region = str(options['region'])
    amazon = f'https://s3.{region}.amazonaws.com' + ('.cn' if region.startswith('cn-') else '')
    endpoint = str(options.get('endpoint') or amazon).rstrip('/')
    if options.get('virtual_host'):
        return endpoint.replace('://', f'://{bucket}.', 1)
    return endpoint
