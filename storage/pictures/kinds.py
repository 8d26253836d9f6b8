"""Which kind of file this is, by its own first bytes: names and headers that came with it are not asked."""

from storage.pictures import heifs, jpegs, pngs, webps
from storage.pictures.limits import PictureRefused
from storage.pictures.parts import Parts

# Kinds a person may well send and we do not take: first bytes, so that the answer can be the right one.
KNOWN_OTHERS = (
    b'GIF8', b'BM', b'II*\x00', b'MM\x00*', b'II+\x00', b'MM\x00+', b'%PDF', b'8BPS', b'\x00\x00\x01\x00',
    b'\x00\x00\x00\x0cjP  ', b'\xff\x0a', b'\x00\x00\x00\x0cJXL ', b'PK\x03\x04', b'\x1aE\xdf\xa3', b'RIFF',
)  # fmt: skip


def take_apart(data: bytes) -> Parts:
    """The picture of an allowed file. Raises PictureRefused('kind_not_allowed', 'not_a_picture', …)."""
    if data.startswith(b'\xff\xd8\xff'):
        return jpegs.take_apart(data)
    if data.startswith(pngs.SIGNATURE):
        return pngs.take_apart(data)
    if data[:4] == b'RIFF' and data[8:12] == b'WEBP':
        return webps.take_apart(data)
    if data[4:8] == b'ftyp':
        return heifs.take_apart(data)
    raise PictureRefused('kind_not_allowed' if _is_known(data) else 'not_a_picture')


def _is_known(data: bytes) -> bool:
    return data.startswith(KNOWN_OTHERS) or b'<svg' in data[:1024].lower()
