"""Who can use the real chat: people who need large letters, a screen reader, a dark screen."""

from typing import Any, Literal

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import TakePhone
from tests.journeys.house import TASHAN, LiveHouse
from tests.journeys.phones import AT, Phone
from tests.journeys.scenes import canal
from tests.journeys.steps import WORDS, send_position, the_report

pytestmark = pytest.mark.asyncio(loop_scope='module')

ON_SQLITE = pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)

Scheme = Literal['light', 'dark']
# Looks after every frame that was drawn, so that no screen is missed: more than three buttons, or small letters.
WATCH = """(() => {
  const visible = one => one.getClientRects().length > 0 && getComputedStyle(one).visibility === 'visible';
  const all = names => [...document.querySelectorAll(names)].filter(visible);
  const small = one => [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim())
    && parseFloat(getComputedStyle(one).fontSize) < 22;
  window.breaches = new Set();
  window.frames_seen = 0;
  const look = () => {
    const buttons = all('button, [role=button], a.act, a.key').map(one => one.innerText || one.id || one.className);
    if (buttons.length > 3) window.breaches.add('buttons: ' + buttons.join(', '));
    all('body *').filter(small).forEach(one => window.breaches.add('small: ' + one.outerHTML.slice(0, 90)));
    window.frames_seen += 1;
    next();
  };
  const next = () => requestAnimationFrame(() => setTimeout(look));
  document.addEventListener('DOMContentLoaded', () => setTimeout(next));
})()"""


async def tap_in_turn(phone: Phone, *names: str) -> None:
    """Tap buttons that stand in the deck, going through it with "more"."""
    for name in names:
        while not await phone.button(name).is_visible():
            await phone.tap('更多')
        await phone.tap(name)


@ON_SQLITE
async def test_in_large_type_a_whole_report_never_shows_small_letters_or_more_than_three_buttons(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    resident = await take_phone('?big=1', before=WATCH, **AT)
    await resident.chooses(canal(), canal(seed=2))
    await expect(resident.page.locator('#tray [data-state=ready]')).to_have_count(2)
    await resident.page.fill('#text', WORDS['zh-CN']['caption'])
    await resident.tap('发送')
    await resident.reads('在哪里')
    await resident.tap('发地点', '用我现在的位置')
    await resident.reads('是哪方面的问题')
    await tap_in_turn(resident, '💧 河水发黑发臭变色')
    await resident.reads('哪个街道')
    await tap_in_turn(resident, '塔山街道')
    await resident.reads('请核对一下')
    await tap_in_turn(resident, '👁 别人看到什么')
    await resident.reads('别人最多只能看到')
    await tap_in_turn(resident, '✅ 提交')
    await resident.reads('已提交，编号')
    assert await resident.page.evaluate('[...window.breaches]') == []
    assert await resident.page.evaluate('window.frames_seen') > 30
    assert (await the_report(live_house)).state == 'received'


@ON_SQLITE
@pytest.mark.parametrize(('scheme', 'locale'), [('light', 'zh-CN'), ('dark', 'en-US')])
async def test_axe_finds_nothing_on_the_screens_of_a_report(
    live_house: LiveHouse, take_phone: TakePhone, scheme: Scheme, locale: str
) -> None:
    look: Any = {'locale': locale, 'color_scheme': scheme, 'reduced_motion': 'reduce'}
    resident = await take_phone(**look, **AT)
    await resident.is_accessible()
    await resident.shows(canal(), canal(seed=2), words=WORDS[locale]['caption'])
    await expect(resident.button('📋 Choose from a list')).to_be_visible()
    await resident.page.click('#add-place')
    await resident.tap(WORDS[locale]['map'])
    await expect(resident.page.locator('.area-name').first).to_be_visible()
    await resident.is_accessible()
    await resident.page.keyboard.press('Escape')
    await send_position(resident)
    await resident.tap(WORDS[locale]['category'])
    await expect(resident.button(WORDS[locale]['street'])).to_be_visible()
    await resident.is_accessible()
    await resident.tap(WORDS[locale]['street'])
    await expect(resident.button('✅ File the report')).to_be_visible()
    await resident.is_accessible()


@ON_SQLITE
@pytest.mark.parametrize('scheme', ['light', 'dark'])
async def test_axe_finds_nothing_for_staff_in_settings_and_in_large_type(
    live_house: LiveHouse, take_phone: TakePhone, scheme: Scheme
) -> None:
    look: Any = {'color_scheme': scheme, 'reduced_motion': 'reduce'}
    resident = await take_phone('?big=1', **look, **AT)
    await resident.is_accessible()
    await resident.chooses(canal())
    await expect(resident.page.locator('#tray [data-state=ready]')).to_have_count(1)
    await resident.page.fill('#text', WORDS['zh-CN']['caption'])
    await resident.tap('发送')
    await resident.reads('在哪里')
    await tap_in_turn(resident, '发地点', '用我现在的位置', '💧 河水发黑发臭变色', '塔山街道')
    await resident.is_accessible()
    await tap_in_turn(resident, '✅ 提交')
    officer = await take_phone(await live_house.code_for('王芳', 'grid', TASHAN), **look)
    await officer.tap('🗂 打开工作台')
    await officer.page.get_by_role('button', name='SX').last.click()
    await expect(officer.button('✋ 受理')).to_be_visible()
    await officer.is_accessible()
    await officer.says('/settings')
    await expect(officer.button('📦 我的全部数据')).to_be_visible()
    await officer.is_accessible()
    await officer.tap('更多设置')
    await officer.is_accessible()
