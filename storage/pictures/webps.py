"""WebP, chunk by chunk (RFC 9649)."""

from storage.pictures.limits import Pace, PictureRefused
from storage.pictures.parts import MAX_ICC, Parts, tiff_block

ALPHA_FLAG = 0x10
PACE = Pace(16, 12)  # the decoder's two canvases, the frame it gives away, and Pillow's own
MAX_CHUNKS = 1_000


def chunks(data: bytes) -> dict[bytes, bytes]:
    """Name → payload of the chunks inside the RIFF; the first of a name counts, as in the format."""
    end = 8 + int.from_bytes(data[4:8], 'little')
    if end > len(data):
        raise PictureRefused('broken')
    found: dict[bytes, bytes] = {}
    at = 12
    for _ in range(MAX_CHUNKS):
        if at >= end:
            return found
        size = int.from_bytes(data[at + 4 : at + 8], 'little')
        if at + 8 + size > end:
            raise PictureRefused('broken')
        found.setdefault(data[at : at + 4], data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    raise PictureRefused('broken')


def take_apart(data: bytes) -> Parts:
    """The one picture of a WebP file. Raises PictureRefused('animated' or 'broken')."""
    found = chunks(data)
    if b'ANIM' in found or b'ANMF' in found:
        raise PictureRefused('animated')
    exif, icc = tiff_block(found.get(b'EXIF', b'')), found.get(b'ICCP', b'')
    if b'VP8L' in found:
        size, body = _lossless_size(found[b'VP8L']), [(b'VP8L', found[b'VP8L'])]
    else:
        size, body = _lossy_size(found.get(b'VP8 ', b'')), _lossy_body(found)
    return Parts('WEBP', size, PACE, _riff(body), exif=exif, icc=icc if len(icc) <= MAX_ICC else b'')


def _lossless_size(chunk: bytes) -> tuple[int, int]:
    bits = int.from_bytes(chunk[1:5], 'little')
    if len(chunk) < 5 or chunk[0] != 0x2F:
        raise PictureRefused('broken')
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _lossy_size(chunk: bytes) -> tuple[int, int]:
    if len(chunk) < 10 or chunk[3:6] != b'\x9d\x01\x2a':
        raise PictureRefused('broken')
    return int.from_bytes(chunk[6:8], 'little') & 0x3FFF, int.from_bytes(chunk[8:10], 'little') & 0x3FFF


def _lossy_body(found: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """With transparency the format wants the extended header: flags and the size less one, 24 bits each."""
    picture = (b'VP8 ', found[b'VP8 '])
    if b'ALPH' not in found:
        return [picture]
    width, height = _lossy_size(picture[1])
    header = bytes([ALPHA_FLAG, 0, 0, 0]) + (width - 1).to_bytes(3, 'little') + (height - 1).to_bytes(3, 'little')
    return [(b'VP8X', header), (b'ALPH', found[b'ALPH']), picture]


def _riff(body: list[tuple[bytes, bytes]]) -> bytes:
    inside = b'WEBP' + b''.join(
        name + len(payload).to_bytes(4, 'little') + payload + b'\x00' * (len(payload) % 2) for name, payload in body
    )
    return b'RIFF' + len(inside).to_bytes(4, 'little') + inside
