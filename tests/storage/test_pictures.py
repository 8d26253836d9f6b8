"""What becomes of the photos people send: a clean picture with nothing in it but pixels, or a reason."""

import contextlib
import hashlib
import itertools
import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from storage.pictures import Limits, Picture, PictureRefused, clean
from storage.pictures.jpegs import check_only_pixels
from tests.storage import photos
from tests.storage.photos import SECRET, corners, drawing, looked_at


def refusal(data: bytes, limits: Limits | None = None) -> str:
    """The code with which the file is refused."""
    with pytest.raises(PictureRefused) as caught:
        clean(data, limits=limits or Limits())
    return caught.value.code


def judged(data: bytes) -> Picture:
    """The clean picture, after both of its JPEGs were looked at."""
    picture = clean(data)
    large, small = looked_at(picture.clean), looked_at(picture.small)
    assert large.size == (picture.width, picture.height)
    assert max(large.size) <= 1600
    assert max(small.size) <= 480
    return picture


FULL_OF_SECRETS = {
    'JPEG': photos.jpeg,
    'PNG': photos.png,
    'WEBP': photos.webp,
    'HEIF': photos.heic,
}


@pytest.mark.parametrize('kind', FULL_OF_SECRETS)
def test_no_byte_beside_the_pixels_survives(kind):
    data = FULL_OF_SECRETS[kind]()
    assert SECRET in data
    picture = judged(data)
    assert picture.kind == kind
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert corners(looked_at(picture.clean)) == 'rgbw'


@pytest.mark.parametrize('kind', FULL_OF_SECRETS)
def test_the_place_and_the_time_that_the_camera_noted_are_told_apart_from_the_picture(kind):
    picture = clean(FULL_OF_SECRETS[kind]())
    assert picture.exif_place == photos.PLACE
    assert picture.taken_at == '2026-07-01T08:30:00+08:00'


TURNED = {1: 'rgbw', 2: 'grwb', 3: 'wbgr', 4: 'bwrg', 5: 'rbgw', 6: 'brwg', 7: 'wgbr', 8: 'gwrb'}


@pytest.mark.parametrize('orientation', TURNED)
@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP'])
def test_a_photo_taken_with_a_turned_phone_stands_upright(kind, orientation):
    picture = clean(FULL_OF_SECRETS[kind](exif=photos.exif(orientation)))
    assert corners(looked_at(picture.clean)) == TURNED[orientation]
    assert (picture.width > picture.height) == (orientation < 5)


@pytest.mark.parametrize('orientation', TURNED)
def test_an_iphone_photo_is_turned_once_and_not_twice(orientation):
    picture = clean(photos.heic(block=photos.exif(orientation)))
    assert corners(looked_at(picture.clean)) == TURNED[orientation]


@pytest.mark.parametrize(
    ('size', 'clean_size', 'small_size'),
    [
        ((4000, 3000), (1600, 1200), (480, 360)),
        ((3000, 4001), (1200, 1600), (360, 480)),
        ((1600, 900), (1600, 900), (480, 270)),
        ((300, 200), (300, 200), (300, 200)),
        ((1, 1), (1, 1), (1, 1)),
        ((20_000, 3), (1600, 1), (480, 1)),
    ],
)
@pytest.mark.parametrize('kind', ['JPEG', 'PNG'])
def test_large_photos_are_made_smaller_and_small_ones_left(kind, size, clean_size, small_size):
    picture = judged(photos.saved(drawing(*size), kind))
    assert (picture.width, picture.height) == clean_size
    assert looked_at(picture.small).size == small_size


def test_a_reduced_photo_has_no_seams_where_it_was_put_together():
    slope = Image.linear_gradient('L').resize((5000, 3333)).convert('RGB')
    result = looked_at(clean(photos.saved(slope, 'PNG')).clean).convert('L')
    column = [result.getpixel((800, y)) for y in range(result.height)]
    assert all(abs(below - above) <= 2 for above, below in itertools.pairwise(column))
    assert column[0] <= 2
    assert column[-1] >= 253


MODES = {
    'grey': photos.saved(drawing(mode='L'), 'JPEG'),
    'CMYK': photos.saved(drawing(mode='CMYK'), 'JPEG'),
    'progressive': photos.saved(drawing(), 'JPEG', progressive=True),
    'black and white': photos.saved(drawing().convert('1', dither=Image.Dither.NONE), 'PNG'),
    'palette': photos.saved(drawing(mode='P'), 'PNG'),
    'lossless': photos.saved(drawing(), 'WEBP', lossless=True),
}


@pytest.mark.parametrize('name', MODES)
def test_every_way_of_writing_colours_is_understood(name):
    result = looked_at(judged(MODES[name]).clean)
    assert corners(result) == ('kwkw' if name in {'grey', 'black and white'} else 'rgbw')


def test_sixteen_bits_a_pixel_are_scaled_and_not_cut_off():
    half = Image.new('I;16', (64, 64), 0x8000)
    for how in ({}, {'transparency': 7}):
        assert looked_at(clean(photos.saved(half, 'PNG', **how)).clean).getpixel((32, 32)) == (128, 128, 128)


@pytest.mark.parametrize('kind', ['PNG', 'WEBP'])
def test_what_is_transparent_becomes_white(kind):
    glass = drawing(mode='RGBA')
    glass.paste((0, 0, 0, 0), (0, 0, 160, 120))
    assert corners(looked_at(judged(photos.saved(glass, kind)).clean)) == 'wgbw'


@pytest.mark.parametrize('mode', ['P', 'L', 'RGB'])
def test_a_colour_that_stands_for_transparent_becomes_white(mode):
    image = drawing(mode=mode)
    see_through = image.getpixel((0, 0))
    result = looked_at(judged(photos.saved(image, 'PNG', transparency=see_through)).clean)
    assert corners(result)[0] == 'w'


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP'])
def test_colours_of_another_profile_are_brought_to_srgb(kind):
    data = FULL_OF_SECRETS[kind](icc_profile=photos.swapped_profile())
    assert corners(looked_at(judged(data).clean)) == 'bgrw'


@pytest.mark.parametrize(
    'profile',
    [b'SECRET', srgb := photos.srgb()[:200], photos.srgb().replace(b'RGB ', b'CMYK'), photos.srgb() + bytes(1 << 20)],
    ids=['rubbish', 'cut', 'of other colours', 'too large'],
)
@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP'])
def test_a_profile_that_is_none_is_passed_over(kind, profile):
    assert corners(looked_at(judged(FULL_OF_SECRETS[kind](icc_profile=profile)).clean)) == 'rgbw'


def test_a_profile_that_unpacks_without_end_is_passed_over():
    pixels = zlib.compress(b'\x00\xff\xff\xff')
    packed = b'x\x00\x00' + zlib.compress(bytes(200_000_000), 9)
    judged(photos.bare_png(1, 1, chunks=photos.chunk(b'iCCP', packed), idat=pixels))


def test_only_the_first_picture_of_a_jpeg_of_several_is_taken():
    both = photos.saved(drawing(), 'MPO', save_all=True, append_images=[drawing().rotate(180)], exif=photos.exif())
    assert corners(looked_at(judged(both).clean)) == 'rgbw'


@pytest.mark.parametrize(('primary', 'seen'), [(0, 'rgbw'), (1, 'wbgr')])
def test_only_the_primary_picture_of_a_heic_of_several_is_taken(primary, seen):
    assert corners(looked_at(judged(photos.heic(drawing(), drawing().rotate(180), primary=primary)).clean)) == seen


@pytest.mark.parametrize('kind', ['PNG', 'WEBP'])
def test_moving_pictures_are_refused(kind):
    assert refusal(photos.moving(kind)) == 'animated'


def test_a_heic_film_is_refused():
    assert refusal(photos.heic().replace(b'ftypheic', b'ftyphevc')) == 'animated'


OTHER_KINDS = {
    **{kind: photos.saved(drawing(), kind) for kind in ('GIF', 'TIFF', 'BMP', 'AVIF', 'ICO', 'PDF', 'JPEG2000')},
    'moving GIF': photos.moving('GIF'),
    'SVG': b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    'film': b'\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom' + bytes(100),
    'sound': b'RIFF\x24\x00\x00\x00WAVEfmt ' + bytes(100),
    'ZIP': b'PK\x03\x04' + bytes(100),
}


@pytest.mark.parametrize('name', OTHER_KINDS)
def test_other_kinds_of_files_are_refused_as_such(name):
    assert refusal(OTHER_KINDS[name]) == 'kind_not_allowed'


@pytest.mark.parametrize('data', [b'', b'\xff', b'\xff\xd8', bytes(1000), b'hello', '照片'.encode(), b'<html>'])
def test_what_is_no_picture_is_refused_as_such(data):
    assert refusal(data) == 'not_a_picture'


@pytest.mark.parametrize('kind', FULL_OF_SECRETS)
def test_a_file_over_the_limit_of_bytes_is_refused_unread(kind):
    data = FULL_OF_SECRETS[kind]()
    assert refusal(data, Limits(bytes=len(data) - 1)) == 'too_big'
    assert clean(data, limits=Limits(bytes=len(data))).kind == kind


@pytest.mark.parametrize('kind', FULL_OF_SECRETS)
def test_a_picture_over_the_limit_of_pixels_is_refused(kind):
    data = FULL_OF_SECRETS[kind]()
    for limits in (Limits(pixels=320 * 240 - 1), Limits(side=319), Limits(memory=320 * 240 * 5)):
        assert refusal(data, limits) == 'too_many_pixels'


def test_a_bomb_of_few_bytes_is_refused_before_it_is_unpacked():
    bomb = photos.bare_png(60_000, 60_000, idat=zlib.compress(bytes(10_000)))
    assert refusal(bomb) == 'too_many_pixels'
    assert refusal(bomb, Limits(pixels=10**10)) == 'too_many_pixels'
    assert refusal(photos.bare_png(60_000, 800)) == 'too_many_pixels'


def test_a_webp_that_would_fill_the_memory_is_refused_before_its_canvas_is_made():
    large = bytearray(photos.saved(Image.new('RGB', (16, 16)), 'WEBP'))
    at = large.index(b'\x9d\x01\x2a')
    large[at + 3 : at + 7] = struct.pack('<HH', 16_000, 3_000)
    assert refusal(bytes(large)) == 'too_many_pixels'
    large[at + 3 : at + 7] = struct.pack('<HH', 16_000, 16_000)
    assert refusal(bytes(large), Limits(pixels=10**10, memory=10**12)) == 'too_many_pixels'


def test_a_heic_that_lies_about_its_size_is_refused():
    data = photos.heic(drawing(2048, 1024))
    real, claimed = struct.pack('>II', 2048, 1024), struct.pack('>II', 64, 64)
    assert refusal(data.replace(b'ispe\0\0\0\0' + real, b'ispe\0\0\0\0' + claimed)) == 'broken'


def test_a_jpeg_of_endless_scans_is_refused():
    plain = photos.saved(drawing(16, 16), 'JPEG', progressive=True)
    scan = plain[plain.rindex(b'\xff\xda') : -2]
    assert refusal(plain[:-2] + scan * 200 + b'\xff\xd9') == 'broken'


@pytest.mark.parametrize('size', [(0, 5), (5, 0)])
def test_a_picture_without_an_edge_is_refused(size):
    assert refusal(photos.bare_png(*size)) == 'broken'


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'HEIF'])
def test_a_cut_file_is_refused_wherever_it_was_cut(kind):
    whole = FULL_OF_SECRETS[kind]()
    whole = whole[: whole.rindex({'JPEG': b'PK\x03\x04', 'HEIF': b''}.get(kind, SECRET))] if kind != 'HEIF' else whole
    clean(whole)
    places = {*range(0, len(whole), len(whole) // 150), *range(len(whole) - 12, len(whole))}
    codes = {refusal(whole[:place]) for place in places}
    assert codes <= {'broken', 'not_a_picture', 'kind_not_allowed'}


PLAIN = {kind: photos.saved(drawing(16, 16), kind) for kind in ('JPEG', 'PNG', 'WEBP')}
SOF = PLAIN['JPEG'].index(b'\xff\xc0')
ODD = {
    'JPEG of endless comments': b'\xff\xd8' + photos.segment(0xFE, b'') * 4000 + PLAIN['JPEG'][2:],
    'JPEG of two frames': PLAIN['JPEG'][:SOF] + PLAIN['JPEG'][SOF : SOF + 19] + PLAIN['JPEG'][SOF:],
    'JPEG without a frame': PLAIN['JPEG'].replace(b'\xff\xc0', b'\xff\xfe'),
    'JPEG without loss': PLAIN['JPEG'].replace(b'\xff\xc0', b'\xff\xc3'),
    'JPEG of 12 bits': PLAIN['JPEG'].replace(b'\xff\xc0\x00\x11\x08', b'\xff\xc0\x00\x11\x0c'),
    'JPEG with rubbish between': PLAIN['JPEG'][:20] + b'rubbish' + PLAIN['JPEG'][20:],
    'JPEG with a restart before its scan': PLAIN['JPEG'][:20] + b'\xff\xd0' + PLAIN['JPEG'][20:],
    'PNG of endless chunks': PLAIN['PNG'][:33] + photos.chunk(b'seCr', b'') * 40_000 + PLAIN['PNG'][33:],
    'PNG whose header comes late': PLAIN['PNG'][:8] + photos.chunk(b'PLTE', bytes(3)) + PLAIN['PNG'][8:],
    'PNG without pixels': photos.bare_png(5, 5),
    'WebP without a picture': b'RIFF\x04\x00\x00\x00WEBP',
    'WebP of endless chunks': b'RIFF' + struct.pack('<I', 16_004) + b'WEBP' + b'seCr\0\0\0\0' * 2000,
    'WebP of a wrong start': PLAIN['WEBP'].replace(b'\x9d\x01\x2a', b'\x9d\x01\x2b'),
    'WebP without loss and a start': photos.saved(drawing(), 'WEBP', lossless=True).replace(b'\x2f', b'\x2e', 1),
}


@pytest.mark.parametrize('name', ODD)
def test_an_oddly_built_file_is_refused(name):
    assert refusal(ODD[name]) == 'broken'


def test_what_we_wrote_ourselves_is_looked_at_again():
    check_only_pixels(PLAIN['JPEG'])
    for tainted in (photos.jpeg(), PLAIN['JPEG'] + b'x', PLAIN['JPEG'].replace(b'JFIF', b'JFIF', 1)[:-2]):
        with pytest.raises(PictureRefused):
            check_only_pixels(tainted)


def test_a_jpeg_with_fill_bytes_before_its_markers_is_read():
    judged(PLAIN['JPEG'][:SOF] + b'\xff\xff\xff' + PLAIN['JPEG'][SOF:])


def test_a_profile_in_pieces_is_put_together_and_one_with_a_piece_lost_is_passed_over():
    profile = photos.swapped_profile()
    pieces = [profile[:300], profile[300:]]
    planted = [photos.segment(0xE2, b'ICC_PROFILE\0' + bytes([n, 2]) + piece) for n, piece in enumerate(pieces, 1)]
    plain = photos.saved(drawing(), 'JPEG')
    for segments, seen in ((planted, 'bgrw'), (planted[::-1], 'bgrw'), (planted[:1], 'rgbw')):
        data = plain[:2] + b''.join(segments) + plain[2:]
        assert corners(looked_at(judged(data).clean)) == seen


def test_a_png_with_a_wrong_checksum_is_refused():
    data = bytearray(photos.saved(drawing(), 'PNG'))
    data[data.index(b'IDAT') + 20] ^= 1
    assert refusal(bytes(data)) == 'broken'


def changed(whole: bytes) -> st.SearchStrategy[bytes]:
    """The file with some bytes overwritten, taken out or put in."""
    cut = st.tuples(st.integers(0, len(whole)), st.integers(0, 8), st.binary(max_size=8))

    def apply(cuts: list[tuple[int, int, bytes]]) -> bytes:
        data = whole
        for at, gone, new in cuts:
            data = data[:at] + new + data[at + gone :]
        return data

    return st.lists(cut, min_size=1, max_size=6).map(apply)


TINY = drawing(48, 32)
SEEDS = {
    'JPEG': photos.jpeg(TINY),
    'progressive JPEG': photos.jpeg(TINY, progressive=True),
    'PNG': photos.png(TINY),
    'WEBP': photos.webp(TINY),
    'HEIF': photos.heic(drawing(64, 64)),
}


@pytest.mark.parametrize('name', SEEDS)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_gives_a_clean_picture_or_a_reason(name, data):
    with contextlib.suppress(PictureRefused):
        judged(data.draw(changed(SEEDS[name])))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.binary(max_size=400), head=st.sampled_from([b'', b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n', b'RIFF']))
def test_rubbish_is_refused(data, head):
    assert refusal(head + data) in {'not_a_picture', 'kind_not_allowed', 'broken', 'too_many_pixels'}


def differing(one, other):
    """How many of the 64 bits of two hashes differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def test_copies_of_a_photo_are_known_again_and_others_are_not():
    original = Image.effect_mandelbrot((900, 700), (-2, -1.5, 1, 1.5), 60).convert('RGB')
    first = clean(photos.saved(original, 'JPEG', quality=95)).dhash
    for copy in (original.resize((450, 350)), ImageEnhance.Brightness(original).enhance(1.2)):
        assert differing(first, clean(photos.saved(copy, 'JPEG', quality=40)).dhash) <= 6
    other = clean(photos.saved(original.rotate(90, expand=True), 'PNG')).dhash
    assert differing(first, other) > 12
    assert -(1 << 63) <= other < 1 << 63


def test_the_same_file_gives_the_same_picture_under_every_name_and_twice():
    data = photos.jpeg()
    assert clean(data) == clean(bytes(bytearray(data)))
    assert Image.open(BytesIO(data)).size == (320, 240)


def test_pillow_is_not_loaded_before_a_picture_is_wanted():
    code = 'import sys, storage.media; print([name for name in sys.modules if "PIL" in name or "pillow" in name])'
    assert subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True).stdout == '[]\n'
