"""Pictures made for the tests, each with secrets planted where real ones carry them, and a judge of our own."""

import struct
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

PLACE = (30.002778, 120.580556)  # 30°00'10" N, 120°34'50" E: Shaoxing
SECRET = b'SECRET'  # every planted string holds it

NAMES = {0xC0: 'SOF0', 0xC4: 'DHT', 0xDA: 'SOS', 0xDB: 'DQT', 0xE0: 'APP0'}


def drawing(width: int = 320, height: int = 240, mode: str = 'RGB') -> Image.Image:
    """Red left above, green right above, blue left below, white right below: every turn looks different."""
    image = Image.new('RGB', (width, height), 'white')
    middle, half = width // 2, height // 2
    for colour, corner in (('red', (0, 0)), ('lime', (middle, 0)), ('blue', (0, half))):
        image.paste(colour, (*corner, corner[0] + middle, corner[1] + half))
    return image.convert(mode)


def exif(orientation: int = 1, *, place: bool = True) -> bytes:
    """An EXIF block of Pillow's making, with the prefix; author, comment and GPS method are secrets."""
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = 'SECRETDESCRIPTION'
    block[0x013B] = 'SECRETARTIST'
    block.get_ifd(0x8769).update(
        {0x9003: '2026:07:01 08:30:00', 0x9011: '+08:00', 0x9286: b'ASCII\0\0\0SECRETCOMMENT', 0x927C: b'SECRETMAKER'}
    )
    if place:
        block.get_ifd(0x8825).update(gps())
    return bytes(block.tobytes())


def gps(**changes: object) -> dict[int, object]:
    """GPS tags by name: latref, lat, lonref, lon, datum; None takes one away."""
    names = {'latref': 1, 'lat': 2, 'lonref': 3, 'lon': 4, 'datum': 18}
    tags: dict[int, object] = {
        1: 'N',
        2: angle(30, 0, 10),
        3: 'E',
        4: angle(120, 34, 50),
        18: 'WGS-84',
        27: b'SECRETGPSMETHOD',
    }
    tags.update({names[name]: value for name, value in changes.items()})
    return {tag: value for tag, value in tags.items() if value is not None}


def angle(degrees: float, minutes: float, seconds: float) -> tuple[IFDRational, ...]:
    return tuple(IFDRational(round(part * 100), 100) for part in (degrees, minutes, seconds))


def exif_with_gps(tags: dict[int, object]) -> bytes:
    block = Image.Exif()
    block.get_ifd(0x8825).update(tags)
    return bytes(block.tobytes())


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()


def swapped_profile() -> bytes:
    """A sound profile whose red is sRGB's blue and the other way round, so that it cannot be overlooked."""
    return srgb().replace(b'rXYZ', b'TEMP').replace(b'bXYZ', b'rXYZ').replace(b'TEMP', b'bXYZ')


def segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack('>H', len(payload) + 2) + payload


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    """A JPEG with every kind of metadata: EXIF, XMP, IPTC, ICC, FlashPix, comment, an unknown APP, a ZIP behind."""
    plain = saved(image or drawing(), 'JPEG', **{'exif': exif(), 'icc_profile': srgb(), **options})
    planted = (
        segment(0xE1, b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRETXMP</x:xmpmeta>')
        + segment(0xED, b'Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0e\x1c\x02\x50\0\x09SECRETIPT')
        + segment(0xE2, b'FPXR\0SECRETFLASHPIX')
        + segment(0xEB, b'JP\0\0SECRETJUMBF')
        + segment(0xFE, b'SECRET ./comment')
    )
    return plain[:2] + planted + plain[2:] + b'PK\x03\x04SECRETZIP' + b'\xff\xd8\xff' + SECRET


def chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack('>I', len(payload)) + name + payload + struct.pack('>I', zlib.crc32(name + payload))


def png(image: Image.Image | None = None, **options: object) -> bytes:
    """A PNG with all three kinds of text, EXIF, ICC, a time, an own chunk, and bytes behind its end."""
    text = PngImagePlugin.PngInfo()
    text.add_text('Comment', 'SECRETTEXT')
    text.add_text('Raw profile', 'SECRETZTEXT', zip=True)
    text.add_itxt('XML:com.adobe.xmp', 'SECRETXMP')
    plain = saved(
        image or drawing(), 'PNG', **{'exif': exif()[6:], 'icc_profile': srgb(), 'pnginfo': text, **options}
    )
    return plain[:33] + chunk(b'seCr', SECRET) + plain[33:] + SECRET


def bare_png(width: int, height: int, *, chunks: bytes = b'', idat: bytes = b'') -> bytes:
    header = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunks + chunk(b'IDAT', idat) + chunk(b'IEND', b'')


def webp(image: Image.Image | None = None, **options: object) -> bytes:
    planted = {'exif': exif(), 'xmp': b'SECRETXMP', 'icc_profile': srgb(), **options}
    return saved(image or drawing(), 'WEBP', **planted) + SECRET


def heic(*images: Image.Image, primary: int = 0, block: bytes | None = None, **options: object) -> bytes:
    """A HEIC of these pictures (one drawing when none is given), with EXIF and XMP in each."""
    buffer = BytesIO()
    file = pillow_heif.HeifFile()
    for image in images or (drawing(),):
        file.add_from_pillow(image)
    file.save(
        buffer, quality=90, primary_index=primary, exif=block or exif(), xmp=b'SECRETXMP', format='HEIF', **options
    )
    return buffer.getvalue()


def moving(kind: str) -> bytes:
    return saved(drawing(), kind, save_all=True, append_images=[drawing().rotate(90)], duration=100)


def markers(data: bytes) -> list[str]:
    """The segments of one JPEG; fails unless it begins with SOI and ends with its EOI, with nothing behind."""
    assert data[:2] == b'\xff\xd8'
    at, names = 2, []
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        names.append(NAMES.get(data[at + 1], hex(data[at + 1])))
        at += 2 + struct.unpack('>H', data[at + 2 : at + 4])[0]
    scan = data[at + 2 + struct.unpack('>H', data[at + 2 : at + 4])[0] :]
    assert scan.count(b'\xff') == scan.count(b'\xff\x00') + 1
    assert scan.endswith(b'\xff\xd9')
    return [*names, 'SOS']


def looked_at(data: bytes) -> Image.Image:
    """The picture, after judging that there is nothing else in the file."""
    found = markers(data)
    assert found[0] == 'APP0'
    assert set(found[1:]) == {'DQT', 'SOF0', 'DHT', 'SOS'}
    assert SECRET not in data
    image = Image.open(BytesIO(data))
    assert set(image.info) <= {'jfif', 'jfif_version', 'jfif_unit', 'jfif_density'}
    assert not image.getexif()
    image.load()
    assert image.mode == 'RGB'
    return image


def corners(image: Image.Image) -> str:
    """The colours of the four corners, left above, right above, left below, right below: 'rgbw'."""
    near, far = (image.width // 4, 3 * image.width // 4), (image.height // 4, 3 * image.height // 4)
    names = {(1, 0, 0): 'r', (0, 1, 0): 'g', (0, 0, 1): 'b', (1, 1, 1): 'w', (0, 0, 0): 'k'}
    found = [image.getpixel((x, y)) for y in far for x in near]
    return ''.join(
        names.get(tuple(part // 128 for part in pixel), '?') for pixel in found if isinstance(pixel, tuple)
    )
