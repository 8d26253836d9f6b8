"""From any allowed file to two plain JPEGs of bare pixels.

Fail closed: whatever is odd raises PictureRefused, and there is no path on which bytes of the original
come out.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms

from storage.pictures import decoding, exif, jpegs, kinds
from storage.pictures.limits import CLEAN_SIDE, SMALL_SIDE, Limits, PictureRefused, memory_needed
from storage.pictures.memory import MemoryRoom
from storage.pictures.parts import Parts

CLEAN_QUALITY, SMALL_QUALITY = 85, 80

_room = MemoryRoom(Limits().memory)  # for all threads together

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of one photo once it is clean.

    `clean` and `small` are JPEG bytes (at most 1600 and 480 pixels on the longer side), upright, sRGB,
    with no metadata; `width` and `height` are those of `clean`. `sha256` (hex) is of the file as it came,
    `kind` its format; `dhash` is a signed 64-bit number. `exif_place` (latitude, longitude in degrees,
    WGS-84) and `taken_at` (the camera's clock, ISO 8601) are what the file said: to be asked about, not
    believed.
    """

    clean: bytes
    small: bytes
    width: int
    height: int
    kind: str
    sha256: str
    dhash: int
    exif_place: tuple[float, float] | None
    taken_at: str | None


def clean(data: bytes, *, limits: Limits = Limits()) -> Picture:  # noqa: B008 - frozen, hence shareable
    """The clean picture of a JPEG, PNG, WebP or HEIC file.

    Raises PictureRefused with one of `limits.CODES`, and nothing else.
    """
    limits.check_bytes(len(data))
    with _failing_closed():
        parts, decode = decoding.opened(kinds.take_apart(data), limits)
        with _room.holding(memory_needed(parts.size, parts.pace)):
            image = decoding.fitted(decode, decoding.inside(parts.size, CLEAN_SIDE))
        return _picture(_in_srgb(image, parts.icc), parts, hashlib.sha256(data).hexdigest())


@contextmanager
def _failing_closed() -> Iterator[None]:
    try:
        yield
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused('too_many_pixels') from error
    except Exception as error:
        raise PictureRefused('broken') from error


def _picture(image: Image.Image, parts: Parts, sha256: str) -> Picture:
    said = exif.read(parts.exif)
    if said.orientation in TURNS and parts.kind != 'HEIF':  # that one was turned when it was decoded
        image = image.transpose(TURNS[said.orientation])
    large = _bare(image)
    small = _bare(large.resize(decoding.inside(large.size, SMALL_SIDE), Image.Resampling.LANCZOS))
    return Picture(
        clean=_encoded(large, CLEAN_QUALITY),
        small=_encoded(small, SMALL_QUALITY),
        width=large.width,
        height=large.height,
        kind=parts.kind,
        sha256=sha256,
        dhash=_dhash(large),
        exif_place=said.place,
        taken_at=said.taken_at,
    )


def _in_srgb(image: Image.Image, icc: bytes) -> Image.Image:
    """RGB through the colour profile when it is one for this kind of pixels, else by the plain rule."""
    space = {'RGB': b'RGB ', 'CMYK': b'CMYK'}[image.mode]
    if icc[36:40] == b'acsp' and icc[16:20] == space:  # ICC.1:2022 §7.2
        try:
            profile = ImageCms.ImageCmsProfile(BytesIO(icc))
            turned = ImageCms.profileToProfile(image, profile, ImageCms.createProfile('sRGB'), outputMode='RGB')
        except (ImageCms.PyCMSError, OSError, ValueError):
            turned = None
        if turned is not None:
            return turned
    return image.convert('RGB')


def _bare(image: Image.Image) -> Image.Image:
    """A fresh buffer with the pixels and nothing that Pillow carries along beside them."""
    return Image.frombytes('RGB', image.size, image.tobytes())


def _encoded(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, 'JPEG', quality=quality, optimize=True)
    jpegs.check_only_pixels(buffer.getvalue())
    return buffer.getvalue()


def _dhash(image: Image.Image) -> int:
    """64 signs of 'darker than its right neighbour' on a 9 by 8 grid, as a signed 64-bit number.

    The difference hash as N. Krawetz described it (2013): copies of one photo that were scaled,
    compressed or brightened differ in a few bits.
    """
    grey = image.convert('L').resize((9, 8), Image.Resampling.BOX).tobytes()
    signs = (grey[row + column] < grey[row + column + 1] for row in range(0, 72, 9) for column in range(8))
    bits = sum(sign << place for place, sign in enumerate(signs))
    return bits - (1 << 64) if bits >> 63 else bits
