"""Decoded pixels of a file that was taken apart, at the size we keep, without ever holding them twice."""

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import pillow_heif
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from storage.pictures.limits import Limits, PictureRefused
from storage.pictures.parts import MAX_ICC, Parts, tiff_block

BAND = 256  # rows of the reduced picture that are converted at once

# Decoders by name, each for its one format: nothing is guessed from content.
DECODERS: dict[str, Callable[[BytesIO], Image.Image]] = {
    'JPEG': JpegImageFile,
    'PNG': PngImageFile,
    'WEBP': WebPImageFile,
}

pillow_heif.options.DECODE_THREADS = 1  # the room decides how many pictures are decoded at once
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False


class Source(NamedTuple):
    """A picture whose header was read. `decode` gives a function from (top, bottom) to those rows.

    `mode` is what the rows become: CMYK, whose profile comes later, or RGB.
    """

    size: tuple[int, int]
    mode: str
    decode: Callable[[], Callable[[int, int], Image.Image]]


def opened(parts: Parts, limits: Limits, side: int) -> tuple[Parts, Source]:
    """Reads the header; nothing is decoded yet. Raises PictureRefused when the picture is too large.

    A JPEG will be decoded at a half, a quarter or an eighth when that still covers `side` pixels.
    """
    if parts.kind == 'HEIF':
        parts, source = _opened_heif(parts)
        limits.check_size(parts.kind, source.size)
        return parts, source
    limits.check_size(parts.kind, parts.size)
    image = DECODERS[parts.kind](BytesIO(parts.body))
    if image.size != parts.size:
        raise PictureRefused('broken')
    image.draft(None, inside(image.size, side))
    return parts, Source(image.size, 'CMYK' if image.mode == 'CMYK' else 'RGB', lambda: _rows_of(image))


def _rows_of(image: Image.Image) -> Callable[[int, int], Image.Image]:
    image.load()
    return lambda top, bottom: image.crop((0, top, image.width, bottom))


def _opened_heif(parts: Parts) -> tuple[Parts, Source]:
    """The primary picture, which libheif will also turn upright. Rows are cut from its own buffer."""
    heif = pillow_heif.open_heif(parts.body, convert_hdr_to_8bit=True)
    size, icc = heif.size, heif.info.get('icc_profile') or b''

    def decode() -> Callable[[int, int], Image.Image]:
        pixels, mode, stride = memoryview(heif.data), heif.mode, heif.stride
        if heif.size != size:
            raise PictureRefused('broken')
        return lambda top, bottom: Image.frombytes(
            mode, (size[0], bottom - top), pixels[top * stride : bottom * stride], 'raw', mode, stride
        )

    exif = tiff_block(heif.info.get('exif') or b'')
    icc = icc if len(icc) <= MAX_ICC else b''
    return Parts(parts.kind, size, b'', exif=exif, icc=icc), Source(size, 'RGB', decode)


def fitted(source: Source, wanted: tuple[int, int]) -> Image.Image:
    """The decoded picture at the size that is wanted, RGB or CMYK.

    Halved, thirded … by plain means while it is converted band by band, then scaled once, finely.
    """
    rows, (width, height) = source.decode(), source.size
    factor = max(1, max(source.size) // max(wanted))
    step = BAND * factor
    whole = Image.new(source.mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, step):
        piece = opaque(rows(top, min(top + step, height)))
        whole.paste(piece.reduce(factor), (0, top // factor))
    return whole.resize(wanted, Image.Resampling.LANCZOS)


def inside(size: tuple[int, int], side: int) -> tuple[int, int]:
    """`size` scaled down, never up, until its longer side is at most `side` pixels."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def opaque(piece: Image.Image) -> Image.Image:
    """RGB on white ground, or CMYK as it is (its profile comes later), whatever the mode was."""
    if piece.mode in {'RGB', 'CMYK'} and not piece.has_transparency_data:
        return piece
    if piece.mode.startswith('I'):  # 16 bits a pixel; a plain conversion would clip at 255
        piece.info.pop('transparency', None)  # one exact shade of 65,536, on photos nobody's
        return piece.convert('I').point(lambda value: value * (1 / 256)).convert('L').convert('RGB')
    if not piece.has_transparency_data:
        return piece.convert('RGB')
    over = piece.convert('RGBA')
    ground = Image.new('RGB', piece.size, 'white')
    ground.paste(over, mask=over.getchannel('A'))
    return ground
