"""Recordings are known by their own bytes: kind and length, whatever was announced."""

from pathlib import Path

import pytest

from storage.recordings import RecordingRefused, read
from tests.recordings import film, voice

ANY = {'sound': 120, 'film': 60}


def refusal(path: Path, data: bytes, most: dict[str, int] = ANY) -> str:
    path.write_bytes(data)
    with pytest.raises(RecordingRefused) as refused:
        read(path, most)
    return refused.value.code


@pytest.mark.parametrize(
    ('data', 'kind', 'seconds'),
    [(voice(7), 'sound', 7), (voice(120), 'sound', 120), (film(60), 'film', 60), (film(5, b'mp42'), 'film', 5)],
)
def test_kind_and_length_are_read(tmp_path: Path, data: bytes, kind: str, seconds: int) -> None:
    (tmp_path / 'file').write_bytes(data)
    found = read(tmp_path / 'file', ANY)
    assert (found.kind, found.seconds, found.size) == (kind, seconds, len(data))


def test_what_is_longer_than_it_was_said_to_be_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / 'file', voice(121)) == 'too_long'
    assert refusal(tmp_path / 'file', film(61)) == 'too_long'


@pytest.mark.parametrize(
    'data', [b'', b'OggS vorbis', b'ID3 music', b'\x1aE\xdf\xa3 webm', b'<html>', film(1, b'heic')]
)
def test_other_kinds_are_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path / 'file', data) == 'not_a_recording'


def test_a_film_is_no_voice_message(tmp_path: Path) -> None:
    assert refusal(tmp_path / 'file', film(), {'sound': 120}) == 'not_a_recording'


@pytest.mark.parametrize(
    'data', [film()[:40], film(0)[:24] + bytes(200), voice(0), film().replace(b'\x00\x00\x03\xe8', bytes(4))]
)
def test_broken_ones_are_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path / 'file', data) == 'broken'


def test_a_film_with_its_header_behind_its_data_is_read(tmp_path: Path) -> None:
    (tmp_path / 'file').write_bytes(_swapped(film(9)))
    assert read(tmp_path / 'file', ANY).seconds == 9


def _swapped(data: bytes) -> bytes:
    boxes, at = [], 0
    while at < len(data):
        end = at + int.from_bytes(data[at : at + 4], 'big')
        boxes.append(data[at:end])
        at = end
    return boxes[0] + boxes[2] + boxes[1]
