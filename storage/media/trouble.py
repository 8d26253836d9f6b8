"""What can go wrong with a media store, each in one sentence that holds no secret."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError

# What the answers of S3 and of the network hold → what it means. The first that fits is taken; the answer
# itself is not shown, because a refused signature comes back with the parts it was made of.
MEANINGS = (
    ('NoSuchBucket', 'the bucket does not exist'),
    ('InvalidAccessKeyId', 'the access key is not known there'),
    ('SignatureDoesNotMatch', 'the secret of the access key is wrong'),
    ('status code: 401', 'access is denied'),
    ('status code: 403', 'access is denied'),
    ('dns error', 'its host name is not found'),
    ('Timeout', 'there was no answer in time'),
    ('timed out', 'there was no answer in time'),
    ('kind: Connect', 'no connection'),
    ('error sending request', 'the connection broke off'),
)


class MediaMissing(Exception):
    """Nothing is kept under `key`."""

    def __init__(self, key: str) -> None:
        super().__init__(f'Nothing is kept under {key}.')
        self.key = key


class MediaUnreachable(Exception):
    """The store does not answer or will not take it: disk full, rights, network. One sentence, no secret."""


@contextmanager
def reaching(name: str, doing: str) -> Iterator[None]:
    """Turns the store's own errors into MediaUnreachable. `doing` completes "cannot be …"."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise MediaUnreachable(f'The media store {name} cannot be {doing}: {_meaning(error)}.') from None


def check_bucket(error: FileNotFoundError) -> None:
    """Raises `error` again when not only the object is missing but the whole bucket."""
    if 'NoSuchBucket' in str(error):
        raise error


def _meaning(error: Exception) -> str:
    text = str(error)
    number = re.search(r'\(os error (\d+)\)', text) or re.search(r'\[Errno (\d+)\]', text)
    if number:
        return os.strerror(int(number[1]))
    return next((meaning for mark, meaning in MEANINGS if mark in text), 'it answered with an error')
