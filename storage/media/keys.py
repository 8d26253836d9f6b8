"""The names of kept files: random, of one shape, and checked before anything is touched."""

import re
import secrets

KINDS = ('original', 'clean', 'small', 'sound', 'film', 'file')
PROBE = 'probe'  # what check() writes and takes away again

_KIND = '|'.join((*KINDS, PROBE))
_KEY = re.compile(rf'({_KIND})/([0-9a-f]{{2}})/\2[0-9a-f]{{30}}')
_PREFIX = re.compile(rf'(({_KIND})(/[0-9a-f]{{2}})?)?')


def new_key(kind: str) -> str:
    """A fresh key, `kind/2f/2f9c…`: 128 random bits in 256 folders. Raises ValueError on an unknown kind.

    Never derived from the content: a key gives nothing away and cannot be worked out from a copy.
    """
    if kind not in (*KINDS, PROBE):
        raise ValueError(f'unknown kind of file: {kind}')
    name = secrets.token_hex(16)
    return f'{kind}/{name[:2]}/{name}'


def is_key(text: str) -> bool:
    """Whether `text` has the shape of a key; nothing else reaches the disk or the network."""
    return _KEY.fullmatch(text) is not None


def check_key(text: str) -> str:
    """The key itself. Raises ValueError, which does not repeat what somebody made up."""
    if not is_key(text):
        raise ValueError('not a key of the media store')
    return text


def check_prefix(text: str) -> str:
    """'' or a kind or a kind and its folder. Raises ValueError on anything else."""
    if _PREFIX.fullmatch(text) is None:
        raise ValueError('not a prefix of keys of the media store')
    return text
