"""Photos for journeys: a canal between white houses, made with a few strokes."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 960)
BLACK, CLEAN = (38, 40, 38), (96, 150, 160)


def canal(water: tuple[int, int, int] = BLACK, seed: int = 1) -> bytes:
    """A JPEG of a canal whose water has this colour; another seed gives another view."""
    chance = random.Random(seed)
    picture = Image.new('RGB', SIZE, (196, 214, 224))
    draw = ImageDraw.Draw(picture)
    _houses(draw, chance)
    _water(draw, water, chance)
    file = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.6)).save(file, 'JPEG', quality=82)
    return file.getvalue()


def _houses(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    left = -60
    while left < SIZE[0]:
        width, top = chance.randint(190, 330), chance.randint(190, 320)
        draw.rectangle((left, top, left + width, 560), fill=(236, 232, 222))
        draw.polygon([(left - 24, top), (left + width / 2, top - 80), (left + width + 24, top)], fill=(58, 60, 64))
        for x in range(left + 30, left + width - 50, 80):
            draw.rectangle((x, top + 60, x + 42, top + 130), fill=(104, 78, 60))
        left += width + chance.randint(6, 40)
    draw.rectangle((0, 540, SIZE[0], 600), fill=(150, 146, 136))
    for x in range(0, SIZE[0], 70):
        draw.line((x, 540, x + 10, 600), fill=(120, 116, 108), width=3)


def _water(draw: ImageDraw.ImageDraw, water: tuple[int, int, int], chance: random.Random) -> None:
    for y in range(600, SIZE[1]):
        lighter = (y - 600) // 12
        draw.line((0, y, SIZE[0], y), fill=tuple(min(255, part + lighter) for part in water))
    for _ in range(90):
        x, y = chance.randint(-50, SIZE[0]), chance.randint(610, SIZE[1])
        long, shade = chance.randint(60, 220), chance.choice((-14, 16, 24))
        draw.ellipse((x, y, x + long, y + 7), fill=tuple(max(0, min(255, part + shade)) for part in water))
