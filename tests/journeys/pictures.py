"""The pictures of the chat in the README, taken from the real house: `python -m tests.journeys.pictures`.

Each is a row of four screens: the first one, photos sent, the preview, and the outcome with before and after.
"""

import asyncio
import io
import os
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Browser, async_playwright, expect

from tests.browser import ready_browser
from tests.journeys.house import TASHAN, LiveHouse
from tests.journeys.phones import AT, Phone, make_phone
from tests.journeys.scenes import CLEAN, canal
from tests.journeys.steps import WORDS, answer_questions, file, open_case, send_position

FOLDER = Path(__file__).parents[2] / 'docs' / 'pictures'
SCREEN = {'width': 412, 'height': 915}
SIZE, GAP, ROUND = (330, 733), 24, 22  # pixels of a screen in the picture, around it, and of its corners
GROUND, EDGE = '#eef1ea', '#c3cdc2'
SAID = {
    'zh-CN': ('王芳', '排污口已经封堵。'),
    'en-US': ('Wang Fang', 'The outlet has been closed.'),
}


async def screen(phone: Phone) -> Image.Image:
    """What the phone shows, once its pictures are there and nothing moves."""
    await phone.page.evaluate('Promise.all([...document.images].map(one => one.decode()))')
    await phone.page.evaluate('document.activeElement.blur()')
    return Image.open(io.BytesIO(await phone.page.screenshot(animations='disabled')))


async def four_screens(browser: Browser, house: LiveHouse, locale: str) -> list[Image.Image]:
    """Go through a report and look four times."""
    look = {'viewport': SCREEN, 'device_scale_factor': 2, 'reduced_motion': 'reduce'}
    resident = await make_phone(browser, house, locale, '', **look, **AT)
    await resident.open()
    found = [await screen(resident)]
    await resident.shows(canal(), canal(seed=2), words=WORDS[locale]['caption'])
    await expect(resident.button('📋 Choose from a list')).to_be_visible()
    found.append(await screen(resident))
    await send_position(resident)
    await answer_questions(resident)
    found.append(await screen(resident))
    await resolve(await make_phone(browser, house, locale, ''), await file(resident))
    await resident.reads('After:')
    await expect(resident.button('✅ Fixed')).to_be_visible()
    return [*found, await screen(resident)]


async def resolve(officer: Phone, number: str) -> None:
    """What the officer does meanwhile."""
    name, words = SAID[officer.locale]
    await officer.open(await officer.house.code_for(name, 'grid', TASHAN))
    await open_case(officer, number)
    await officer.tap('✋ Take it up', '✅ Resolve')
    await officer.shows(canal(CLEAN))
    await expect(officer.button('✅ Resolve now')).to_be_visible()
    await officer.says(words)


def in_a_row(screens: list[Image.Image]) -> Image.Image:
    """Lay the screens beside each other, with round corners."""
    width = GAP + len(screens) * (SIZE[0] + GAP)
    picture = Image.new('RGB', (width, SIZE[1] + 2 * GAP), GROUND)
    draw = ImageDraw.Draw(picture)
    for place, one in enumerate(screens):
        left = GAP + place * (SIZE[0] + GAP)
        picture.paste(one.convert('RGB').resize(SIZE, Image.Resampling.LANCZOS), (left, GAP), corners())
        box = (left - 1, GAP - 1, left + SIZE[0], GAP + SIZE[1])
        draw.rounded_rectangle(box, ROUND, outline=EDGE, width=1)
    return picture


def corners() -> Image.Image:
    """The mask of a screen, drawn large for smooth corners."""
    mask = Image.new('L', (SIZE[0] * 4, SIZE[1] * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), ROUND * 4, fill=255)
    return mask.resize(SIZE, Image.Resampling.LANCZOS)


async def take(browser: Browser, locale: str) -> None:
    """Take the picture in one language, in a house of its own."""
    with tempfile.TemporaryDirectory() as folder:
        house = LiveHouse(f'sqlite:///{folder}/lvbi.db', Path(folder))
        await house.start()
        try:
            picture = in_a_row(await four_screens(browser, house, locale))
        finally:
            await house.stop()
    picture.save(FOLDER / f'chat-{locale[:2]}.png', optimize=True)


async def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=ready_browser(os.environ), args=['--no-sandbox'])
        for locale in WORDS:
            await take(browser, locale)


if __name__ == '__main__':
    asyncio.run(main())
