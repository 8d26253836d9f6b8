"""Files of this machine put into the media store, and when each file was written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.media import MediaStore, new_key
from storage.media.store import PART
from tests.storage.test_media import bucket, folder, media, s3_url  # noqa: F401 - the same promises for both


async def test_a_large_file_is_kept_as_it_is(media: MediaStore, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    source, key = tmp_path / 'large.zip', new_key('file')
    source.write_bytes(bytes(range(256)) * (2 * PART // 256) + b'end')
    await media.put_file(key, source)
    assert await media.get(key) == source.read_bytes()


async def test_an_empty_file_is_kept_too(media: MediaStore, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    source, key = tmp_path / 'empty', new_key('file')
    source.write_bytes(b'')
    await media.put_file(key, source)
    assert await media.get(key) == b''


async def test_every_file_knows_when_it_was_written(media: MediaStore) -> None:  # noqa: F811 - a fixture
    await media.put(key := new_key('clean'), b'x')
    [(found, written)] = [entry async for entry in media.entries('clean')]
    assert found == key
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)
