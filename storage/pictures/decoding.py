"""Decoded pixels of a file that was taken apart, at the size we keep, without ever holding them twice."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import NamedTuple

import pillow_heif
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from storage.pictures.limits import CLEAN_SIDE, Limits, Pace, PictureRefused
from storage.pictures.parts import MAX_ICC, Parts, tiff_block

BAND = 1_000_000  # pixels that are converted at once, about

# Decoders by name, each for its one format: nothing is guessed from content.
DECODERS: dict[str, Callable[[BytesIO], Image.Image]] = {
    'JPEG': JpegImageFile,
    'PNG': PngImageFile,
    'WEBP': WebPImageFile,
}

# Bytes a pixel in libheif 1.23 at its peak, measured: light in full and colours at half, as phones write them, in
# 8 bits and in more, and turned. Finer colours and transparency go through many copies.
HEIF_DECODING = {(420, False): 6.0, (420, True): 10.5}
HEIF_DECODING_AT_MOST = 20.0

pillow_heif.options.DECODE_THREADS = 1  # the room decides how many pictures are decoded at once
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False


class Rows(NamedTuple):
    """Decoded pixels: `cut` gives those from row `top` to row `bottom`.

    `mode` is what they become: CMYK, whose profile comes later, or RGB.
    """

    size: tuple[int, int]
    mode: str
    cut: Callable[[int, int], Image.Image]


Decode = Callable[[], Rows]


def opened(parts: Parts, limits: Limits) -> tuple[Parts, Decode]:
    """Nothing is decoded before the function that is returned is called. Raises PictureRefused when too large."""
    parts, decode = _opened_heif(parts) if parts.kind == 'HEIF' else (parts, partial(_decoded, parts))
    limits.check_size(parts.size, parts.pace)
    return parts, decode


def _decoded(parts: Parts) -> Rows:
    """A JPEG is decoded at a half, a quarter or an eighth when that still covers the side we keep."""
    image = DECODERS[parts.kind](BytesIO(parts.body))
    if image.size != parts.size:
        raise PictureRefused('broken')
    image.draft(None, inside(image.size, CLEAN_SIDE))
    image.load()
    mode = 'CMYK' if image.mode == 'CMYK' else 'RGB'
    return Rows(image.size, mode, lambda top, bottom: image.crop((0, top, image.width, bottom)))


def _opened_heif(parts: Parts) -> tuple[Parts, Decode]:
    """The primary picture, which libheif will also turn upright. Rows are cut from its own buffer."""
    heif = pillow_heif.open_heif(parts.body, convert_hdr_to_8bit=True)
    size, icc = heif.size, heif.info.get('icc_profile') or b''

    def decode() -> Rows:
        pixels, mode, stride = memoryview(heif.data), heif.mode, heif.stride
        if heif.size != size:
            raise PictureRefused('broken')

        def cut(top: int, bottom: int) -> Image.Image:
            rows = pixels[top * stride : bottom * stride]
            return Image.frombytes(mode, (size[0], bottom - top), rows, 'raw', mode, stride)

        return Rows(size, 'RGB', cut)

    exif = tiff_block(heif.info.get('exif') or b'')
    icc = icc if len(icc) <= MAX_ICC else b''
    return Parts(parts.kind, size, _heif_pace(heif), b'', exif=exif, icc=icc), decode


def _heif_pace(heif: pillow_heif.HeifFile) -> Pace:
    how = (heif.info.get('chroma'), heif.info['bit_depth'] > 8)
    plain = heif.mode == 'RGB'
    return Pace(HEIF_DECODING.get(how, HEIF_DECODING_AT_MOST) if plain else HEIF_DECODING_AT_MOST, len(heif.mode))


def fitted(decode: Decode, wanted: tuple[int, int]) -> Image.Image:
    """The decoded picture at the size that is wanted, RGB or CMYK.

    Halved, thirded … by plain means while it is converted band by band, then scaled once, finely.
    """
    return _reduced(decode(), max(wanted)).resize(wanted, Image.Resampling.LANCZOS)


def _reduced(rows: Rows, side: int) -> Image.Image:
    """A picture of one to two times `side`; what was decoded is let go before it is scaled."""
    width, height = rows.size
    factor = max(1, max(rows.size) // side)
    step = factor * max(1, BAND // (width * factor))
    whole = Image.new(rows.mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, step):
        piece = opaque(rows.cut(top, min(top + step, height)))
        whole.paste(piece.reduce(factor), (0, top // factor))
    return whole


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
