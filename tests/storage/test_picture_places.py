"""Where and when a photo was taken, as its camera noted it: read when it can be, else left unsaid."""

import struct

import pytest
from PIL import Image

from storage.pictures import clean
from tests.storage import photos


@pytest.mark.parametrize(
    'tags',
    [
        photos.gps(latref=None),
        photos.gps(lat=photos.angle(91, 0, 0)),
        photos.gps(lon=photos.angle(20, 99, 0)),
        photos.gps(lat=photos.angle(0, 0, 0), lon=photos.angle(0, 0, 0)),
        photos.gps(lat=None),
        photos.gps(datum='TOKYO'),
        photos.gps(latref='E', lonref='N'),
    ],
    ids=['no ref', 'past the pole', '99 minutes', 'null island', 'half', 'other datum', 'refs swapped'],
)
def test_a_place_that_cannot_be_is_no_place(tags):
    assert clean(photos.jpeg(exif=photos.exif_with_gps(tags))).exif_place is None


def test_places_south_and_west_and_in_either_byte_order_are_read():
    tags = photos.gps(latref='S', lonref='W', datum=None)
    assert clean(photos.jpeg(exif=photos.exif_with_gps(tags))).exif_place == (-30.002778, -120.580556)
    rational = struct.pack('>6I', 30, 1, 0, 1, 10, 1), struct.pack('>6I', 120, 1, 34, 1, 50, 1)
    entries = [(1, 2, 2, b'N\0\0\0'), (2, 5, 3, struct.pack('>I', 80)), (3, 2, 2, b'E\0\0\0')]
    entries.append((4, 5, 3, struct.pack('>I', 104)))
    block = b'MM\x00*\x00\x00\x00\x08' + struct.pack('>HHHIII', 1, 0x8825, 4, 1, 26, 0)
    block += struct.pack('>H', 4) + b''.join(struct.pack('>HHI', *entry[:3]) + entry[3] for entry in entries)
    block += bytes(80 - len(block)) + b''.join(rational)
    assert clean(photos.jpeg(exif=b'Exif\0\0' + block)).exif_place == photos.PLACE


def test_a_moment_that_cannot_be_is_no_moment():
    block = Image.Exif()
    block.get_ifd(0x8769)[0x9003] = '2026:13:41 08:30:00'
    assert clean(photos.jpeg(exif=block.tobytes())).taken_at is None
