"""Steps that journeys share: how a resident files a report, how an officer opens it."""

import re
from typing import Any

from playwright.async_api import expect
from sqlalchemy import select

from storage.tables import report_events, reports
from tests.journeys.house import LiveHouse
from tests.journeys.phones import Phone
from tests.journeys.scenes import canal

# What the page itself says, what people write, and names of the pack; the bot's words the phone translates.
WORDS = {
    'zh-CN': {
        'here': '用我现在的位置',
        'map': '在地图上点',
        'send place': '发送这个地点',
        'county': '越城区',
        'caption': '河水发黑发臭，已经三天了',
        'category': '💧 河水发黑发臭变色',
        'street': '塔山街道',
    },
    'en-US': {
        'here': 'Use my position',
        'map': 'Pick on the map',
        'send place': 'Send this place',
        'county': 'Yuecheng',
        'caption': 'Black water in the river for three days',
        'category': '💧 Black or strange water',
        'street': 'Tashan Subdistrict',
    },
}
LOCALES = list(WORDS)
NUMBER = re.compile(r'SX\d\d-\d{6}-\w')


async def send_position(phone: Phone) -> None:
    """Let the phone say where it is."""
    await phone.page.click('#add-place')
    await phone.tap(WORDS[phone.locale]['here'])


async def point_on_map(phone: Phone) -> str:
    """Point at the middle of a district on the map and send it; gives the figures that the chat shows."""
    words = WORDS[phone.locale]
    await phone.page.click('#add-place')
    await phone.tap(words['map'])
    box = await phone.page.locator('.area-name', has_text=words['county']).bounding_box()
    assert box
    await phone.page.mouse.click(box['x'] + box['width'] / 2, box['y'] + box['height'] / 2)
    await phone.tap(words['send place'])
    return await phone.page.locator('#log .place-card .fine').first.inner_text()


async def finish_report(phone: Phone) -> str:
    """From the category to the number."""
    await answer_questions(phone)
    return await file(phone)


async def answer_questions(phone: Phone) -> None:
    """From the category to the preview."""
    words = WORDS[phone.locale]
    await phone.tap(words['category'], words['street'])
    await expect(phone.button('✅ File the report')).to_be_visible()


async def file(phone: Phone) -> str:
    """From the preview to the number."""
    await phone.tap('✅ File the report')
    await expect(phone.button('➕ One more like this')).to_be_visible()
    return NUMBER.findall((await phone.everything())[-1])[0]  # type: ignore[no-any-return]


async def file_report(phone: Phone, *views: int) -> str:
    """A report with photos of these views, where the phone is; gives its number."""
    photos = [canal(seed=view) for view in views or (1,)]
    await phone.shows(*photos, words=WORDS[phone.locale]['caption'])
    await send_position(phone)
    return await finish_report(phone)


async def open_case(officer: Phone, number: str) -> None:
    """Open a case from the queue."""
    await officer.tap('🗂 Open the queue')
    await officer.page.get_by_role('button', name=number).last.click()


async def the_report(house: LiveHouse) -> Any:
    """The only report there is."""
    (found,) = await house.rows(select(reports))
    return found


async def events(house: LiveHouse) -> list[str]:
    """The moves that were made, in order."""
    return [row.move for row in await house.rows(select(report_events.c.move).order_by(report_events.c.id))]
