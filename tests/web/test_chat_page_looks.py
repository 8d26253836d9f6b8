"""Who can use the chat page: large type, screen readers, slow lines, old browsers."""

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

from tests.chat_page_stub import demo, keys
from tests.web.conftest import Phone, PhoneMaker, photo

pytestmark = pytest.mark.asyncio(loop_scope='module')

FIRST_LOAD = 40_000  # Bytes on the wire until one can type; the product's promise is 150 000.
BUTTONS = 'button:visible, [role=button]:visible, a.act:visible, a.key:visible'
SMALL_TEXTS = """() => [...document.querySelectorAll('body *')].filter(one =>
    [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim())
    && one.getClientRects().length && !['SCRIPT', 'NOSCRIPT'].includes(one.tagName)
    && parseFloat(getComputedStyle(one).fontSize) < 22)
  .map(one => one.outerHTML.slice(0, 80))"""
CHOICES = keys(['黑烟', '异味'], ['扬尘', '油烟'], ['别的'])


async def shows_buttons(page: Page, *names: str) -> None:
    """All buttons one can see are these, few and large; the name of one that is only a picture is ''."""
    await expect(page.locator(BUTTONS)).to_have_text(list(names))
    assert len(names) <= 3
    assert await page.evaluate(SMALL_TEXTS) == []


async def tap_in_turn(phone: Phone, name: str) -> None:
    """Goes through the deck with "more" until a button shows, and taps it."""
    for _ in range(8):
        names = await phone.page.locator(BUTTONS).all_inner_texts()
        assert len(names) <= 3, names
        if name in names:
            break
        await phone.tap('更多')
    await phone.tap(name)


async def test_large_type_shows_three_large_buttons_at_most_wherever_one_goes(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    await phone.open('?big=1')
    await shows_buttons(phone.page, '发照片', '发地点', '更多')
    phone.house.put('sendMessage', text='旧的问题', reply_markup=keys(['旧的']))
    phone.house.put('sendMessage', text='这是哪一类问题？', reply_markup=CHOICES)
    await expect(phone.page.get_by_role('button', name='黑烟')).to_be_visible()
    await shows_buttons(phone.page, '黑烟', '异味', '更多')
    await phone.tap('更多')
    await shows_buttons(phone.page, '扬尘', '油烟', '更多')
    await phone.page.fill('#text', '你好')
    await expect(phone.page.get_by_role('button', name='发送')).to_be_visible()
    await shows_buttons(phone.page, '发送', '扬尘', '更多')
    await phone.tap('发送')
    await phone.shows('旧的问题', '这是哪一类问题？', '你好', '听到了：你好')
    await shows_buttons(phone.page, '发照片', '发地点', '更多')
    await tap_in_turn(phone, '黑烟')
    await expect(phone.page.get_by_role('button', name='黑烟')).to_have_attribute('aria-busy', 'true')


async def test_large_type_keeps_to_three_buttons_in_photos_places_map_and_settings(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    phone.house.uploads_may_end.clear()
    await phone.open('?big=1')
    await phone.choose(photo(), photo())
    await expect(phone.page.get_by_role('button', name='照片都不要了')).to_be_visible()
    await shows_buttons(phone.page, '发送', '再加照片', '照片都不要了')
    await phone.tap('照片都不要了')
    await phone.tap('发地点')
    await shows_buttons(phone.page, '用我现在的位置', '在地图上点', '更多')
    await phone.tap('在地图上点')
    await expect(phone.page.get_by_text('越城区')).to_be_visible()
    await shows_buttons(phone.page, '', '发送这个地点')
    await phone.tap('关闭')
    await tap_in_turn(phone, '设置')
    await shows_buttons(phone.page, '普通字号', 'Switch to English', '更多')
    await tap_in_turn(phone, '用取回码回到原来的对话')
    await shows_buttons(phone.page, '', '确定')


async def test_large_type_offers_what_the_bot_asks_while_the_album_still_comes_in(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    await phone.open('?big=1')
    for number, key in enumerate('ab'):
        phone.house.photos[key] = photo()
        message = {'photo': {'key': key}, 'media_group_id': 'album'}
        phone.house.put('heard', tab='othertab', seq=number + 1, message=message)
        if number == 0:
            phone.house.put('sendMessage', text='在哪里？', reply_markup=keys(['从名单里选']))
    await expect(phone.page.locator('#log .photo')).to_have_count(2)
    await shows_buttons(phone.page, '从名单里选', '发照片', '更多')


async def test_large_type_offers_the_way_out_of_a_refused_message(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    await phone.open('?big=1')
    phone.house.fail_next = ['refuse']
    await phone.say('很长的话')
    await expect(phone.page.get_by_role('button', name='再发一次')).to_be_visible()
    await shows_buttons(phone.page, '再发一次', '删除', '更多')
    await phone.tap('再发一次')
    await phone.shows('很长的话', '听到了：很长的话')
    await shows_buttons(phone.page, '发照片', '发地点', '设置')


async def test_large_type_is_remembered_and_follows_the_setting_of_the_bot(phone: Phone) -> None:
    large = phone.page.locator('html.big')
    await phone.tap('更多设置')
    await phone.tap('大字版')
    await expect(large).to_have_count(1)
    await phone.page.reload()
    await expect(large).to_have_count(1)
    await tap_in_turn(phone, '设置')
    await phone.tap('普通字号')
    await expect(large).to_have_count(0)
    phone.house.say_hello(big=True)
    await expect(large).to_have_count(1)
    phone.house.say_hello(big=False)
    await expect(large).to_have_count(0)


async def test_the_first_load_is_small_and_brings_no_map(make_phone: PhoneMaker) -> None:
    phone = await make_phone()
    network = await phone.context.new_cdp_session(phone.page)
    loaded: list[int] = []
    asked: list[str] = []
    network.on('Network.loadingFinished', lambda event: loaded.append(event['encodedDataLength']))
    network.on('Network.requestWillBeSent', lambda event: asked.append(event['request']['url']))
    await network.send('Network.enable')
    await network.send('Network.setCacheDisabled', {'cacheDisabled': True})
    await phone.open()
    await phone.say('可以写了')
    await phone.shows('可以写了', '听到了：可以写了')
    assert FIRST_LOAD / 3 < sum(loaded) < FIRST_LOAD
    assert not [url for url in asked if 'leaflet' in url or 'map.js' in url or 'geojson' in url]


async def no_violations(page: Page) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ('scheme', 'query', 'locale'),
    [('light', '', 'zh-CN'), ('dark', '', 'en-US'), ('light', '?big=1', 'en-US'), ('dark', '?big=1', 'zh-CN')],
)
async def test_axe_finds_nothing(make_phone: PhoneMaker, scheme: str, query: str, locale: str) -> None:
    phone = await make_phone(demo, locale, color_scheme=scheme, reduced_motion='reduce')
    await phone.open(query)
    await expect(phone.page.locator('#welcome')).to_be_visible()
    await no_violations(phone.page)
    await phone.say('https://example.org')
    phone.house.photos['p'] = photo()
    phone.house.put('sendPhoto', photo={'$kept': ['p', 'p.jpg']}, reply_markup=CHOICES)
    phone.house.put('sendLocation', latitude=30.0, longitude=120.6)
    phone.house.put('sendDocument', document={'$kept': ['zip', 'mydata.zip']})
    phone.house.put('sendMessage', text='菜单', reply_markup={'keyboard': [[{'text': '我的反映'}]]})
    phone.house.fail_next = ['refuse']
    await phone.say('太长')
    await expect(phone.page.locator('.in-trouble')).to_have_count(1)
    await phone.choose(photo())
    await expect(phone.page.locator('#tray [data-state=ready]')).to_have_count(1)
    await no_violations(phone.page)


@pytest.mark.parametrize('scheme', ['light', 'dark'])
async def test_axe_finds_nothing_in_the_sheets(make_phone: PhoneMaker, scheme: str) -> None:
    phone = await make_phone(color_scheme=scheme, reduced_motion='reduce')
    await phone.open()
    await phone.tap('更多设置')
    await no_violations(phone.page)
    await phone.tap('用取回码回到原来的对话')
    await no_violations(phone.page)
    await phone.page.keyboard.press('Escape')
    await phone.tap('发地点')
    await no_violations(phone.page)
    await phone.tap('在地图上点')
    await expect(phone.page.get_by_text('越城区')).to_be_visible()
    await no_violations(phone.page)
    assert phone.complaints == []


@pytest.mark.parametrize('language', ['zh', 'en'])
async def test_axe_finds_nothing_in_the_data_notice(make_phone: PhoneMaker, language: str) -> None:
    phone = await make_phone()
    await phone.page.goto(f'{phone.address}/notice?lang={language}')
    await no_violations(phone.page)
    assert phone.complaints == []


async def test_a_sheet_holds_the_focus_and_gives_it_back(phone: Phone) -> None:
    await phone.page.focus('#add-place')
    await phone.page.keyboard.press('Enter')
    for _ in range(6):
        await phone.page.keyboard.press('Tab')
        assert await phone.page.evaluate('document.querySelector("[role=dialog]").contains(document.activeElement)')
    await phone.page.keyboard.press('Escape')
    await expect(phone.page.locator('#add-place')).to_be_focused()


async def test_everything_to_tap_is_large_enough_for_a_finger(phone: Phone) -> None:
    phone.house.put('sendMessage', text='选', reply_markup=CHOICES)
    phone.house.put('sendMessage', text='菜单', reply_markup={'keyboard': [[{'text': '我的反映'}]]})
    await phone.choose(photo())
    await expect(phone.page.locator('.chip')).to_have_count(1)
    small = await phone.page.evaluate("""() => [...document.querySelectorAll('button, .key, .chip')]
      .map(one => [one.id || one.innerText, one.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.width < 44 || box.height < 44)).map(([name]) => name)""")
    assert small == []
