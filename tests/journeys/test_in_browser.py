"""Reports through a real browser and the real house, and what stands in the store in the end."""

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from storage.tables import audit, inbox, outbox, photos, reports
from tests.journeys.conftest import TakePhone
from tests.journeys.house import TASHAN, YUECHENG, LiveHouse
from tests.journeys.phones import AT, HERE, WECHAT
from tests.journeys.scenes import CLEAN, canal
from tests.journeys.steps import (
    LOCALES,
    WORDS,
    events,
    file_report,
    finish_report,
    open_case,
    point_on_map,
    the_report,
)

pytestmark = pytest.mark.asyncio(loop_scope='module')

ON_SQLITE = pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)
ON_POSTGRES = pytest.mark.parametrize('database_url', ['postgres'], indirect=True)


@pytest.mark.parametrize('locale', LOCALES)
async def test_a_report_goes_all_the_way_from_two_photos_and_a_pin_to_fixed(
    live_house: LiveHouse, take_phone: TakePhone, locale: str
) -> None:
    resident = await take_phone(locale=locale)
    await resident.shows(canal(), canal(seed=2), words=WORDS[locale]['caption'])
    figures = await point_on_map(resident)
    number = await finish_report(resident)

    officer = await take_phone(await live_house.code_for('王芳', 'grid', TASHAN), locale=locale)
    await open_case(officer, number)
    await officer.tap('✋ Take it up', '❓ Ask back')
    await officer.says('具体是哪座桥边上？')
    await resident.reads('具体是哪座桥边上？')
    await resident.tap('✍ Answer the question')
    await resident.says('塔山桥东边，靠菜场')
    await officer.tap('Look at the case')
    await officer.reads('塔山桥东边，靠菜场')
    await officer.tap('▶ Begin work')
    await officer.reads('work began')
    await officer.tap('✅ Resolve')
    await officer.shows(canal(CLEAN))
    await officer.tap('✅ Resolve now')
    await resident.reads('Before:', 'After:')
    await resident.tap('✅ Fixed')
    await officer.reads('confirmed: fixed')

    case = await the_report(live_house)
    assert (case.state, case.answer, case.unit_code) == ('confirmed', 'fixed', TASHAN)
    assert (case.words, f'{case.lat:.5f}, {case.lon:.5f}') == (WORDS[locale]['caption'], figures)
    assert await events(live_house) == ['file', 'claim', 'ask', 'answer', 'start', 'resolve', 'confirm']
    kept = await live_house.rows(select(photos.c.purpose, photos.c.state).order_by(photos.c.id))
    assert [tuple(row) for row in kept] == [('evidence', 'ready'), ('evidence', 'ready'), ('result', 'ready')]
    noted = [row.verb for row in await live_house.rows(select(audit.c.verb).order_by(audit.c.id))]
    moves = ['add', 'sign_in', 'open', 'claim', 'ask', 'open', 'start', 'resolve']
    assert [verb for verb in noted if verb not in ('list', 'see')] == moves
    assert {'list', 'see'} <= set(noted)
    assert {row.state for row in await live_house.rows(select(outbox.c.state))} == {'said'}


@ON_SQLITE
async def test_the_position_of_the_phone_becomes_the_place(live_house: LiveHouse, take_phone: TakePhone) -> None:
    resident = await take_phone(**AT)
    await file_report(resident, 1, 2)
    case = await the_report(live_house)
    assert (case.lat, case.lon, case.unit_code) == (HERE['latitude'], HERE['longitude'], TASHAN)
    assert [row.draft for row in await live_house.rows(select(photos.c.draft))] == [case.draft, case.draft]


async def test_not_fixed_reaches_the_supervisor_who_has_it_taken_up_again(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    resident = await take_phone(**AT)
    number = await file_report(resident)
    supervisor = await take_phone(await live_house.code_for('陈主管', 'supervisor', YUECHENG))
    await supervisor.reads('打开工作台')
    officer = await take_phone(await live_house.code_for('王芳', 'grid', TASHAN))
    await open_case(officer, number)
    await officer.tap('✋ 受理', '✅ 办结')
    await officer.says('已请保洁船清理')
    await resident.reads('已请保洁船清理')
    await resident.tap('✖ 没解决')
    await resident.reads('我们已转给主管')
    await supervisor.reads('反映人说没解决，请您定')
    await supervisor.tap('看看这件事', '↩ 重新办理')
    await resident.reads(f'您反映的 {number} 重新办理了。')
    case = await the_report(live_house)
    assert (case.state, case.answer) == ('in_progress', 'not')
    assert await events(live_house) == ['file', 'claim', 'resolve', 'request_reopen', 'reopen']


@ON_POSTGRES
async def test_in_wechat_without_position_the_list_of_places_is_enough(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    no_position = 'Object.defineProperty(Navigator.prototype, "geolocation", {value: undefined});'
    resident = await take_phone(user_agent=WECHAT, before=no_position + 'delete window.ResizeObserver;')
    await resident.shows(canal(), words=WORDS['zh-CN']['caption'])
    await resident.reads('在哪里')
    await resident.page.click('#add-place')
    await expect(resident.page.get_by_text('这里用不了手机定位')).to_be_visible()
    await resident.tap('从街道和地名里选', '越城区', '★ 鲁迅故里', '💧 河水发黑发臭变色', '✅ 提交')
    await resident.reads('已提交，编号')
    case = await the_report(live_house)
    assert (case.lat, case.place_words, case.unit_code) == (None, '鲁迅故里', TASHAN)


@ON_SQLITE
async def test_a_broken_photo_gets_its_sentence_and_a_good_one_goes_on(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    resident = await take_phone(poor=True)  # Browsers write refused requests to their consoles.
    await resident.chooses(canal()[:9000])
    await expect(resident.page.locator('#toast')).to_have_text('这张照片打不开，请重拍或换一张。')
    await resident.chooses('不是照片'.encode())
    await expect(resident.page.locator('#toast')).to_contain_text('这不是照片')
    await resident.chooses(canal())
    await expect(resident.page.locator('#tray [data-state=ready]')).to_have_count(1)
    await resident.says(WORDS['zh-CN']['caption'])
    await resident.reads('在哪里')
    assert len(await live_house.rows(select(photos.c.id))) == 1
    assert len(live_house.files()) == 3


async def test_the_house_restarts_in_mid_dialog_and_nothing_is_lost_or_doubled(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    resident = await take_phone(poor=True, **AT)  # Browsers write lost connections to their consoles.
    await resident.shows(canal(), canal(seed=2), words=WORDS['zh-CN']['caption'])
    await resident.reads('在哪里')
    await live_house.stop()
    await resident.says('塔山桥东边')
    await expect(resident.page.locator('#banner')).to_contain_text('网络断了')
    await live_house.start()
    await resident.tap('💧 河水发黑发臭变色', '越城区', '塔山街道', '✅ 提交')
    await expect(resident.button('➕ One more like this')).to_be_visible()
    before = await resident.everything()
    await resident.page.reload()
    await expect(resident.button('➕ One more like this')).to_be_visible()
    assert await resident.everything() == before
    assert before.count('塔山桥东边') == 1
    assert (await the_report(live_house)).place_words == '塔山桥东边'
    assert [len(await live_house.rows(select(one.c.id))) for one in (photos, reports, inbox)] == [2, 1, 7]
