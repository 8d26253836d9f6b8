"""One's own chat in a real browser: other devices, all one's data, and being forgotten."""

import asyncio
import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from storage.given_up import FORGOTTEN
from storage.tables import conversations, doomed_files, photos, reports, transcript
from tests.journeys.conftest import TakePhone
from tests.journeys.house import LiveHouse
from tests.journeys.phones import AT, Phone
from tests.journeys.steps import WORDS, file_report

pytestmark = pytest.mark.asyncio(loop_scope='module')

ON_SQLITE = pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)
ON_POSTGRES = pytest.mark.parametrize('database_url', ['postgres'], indirect=True)


async def test_a_lost_cookie_is_made_good_by_the_code_written_down_before(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    old = await take_phone(**AT)
    number = await file_report(old)
    await old.says('/settings')
    await old.tap('📱 换手机、找回对话')
    await old.reads('您的取回码')
    (code,) = re.findall('您的取回码：(.+)', await old.bubble('您的取回码').inner_text())
    new = await take_phone()
    await new.tap('更多设置', '用取回码回到原来的对话')
    await new.page.fill('#code', code)
    await new.tap('确定')
    await new.reads(number)
    assert len(await new.everything()) == len(await old.everything())
    await expect(new.page.locator('#log .photo img').first).to_have_js_property('naturalWidth', 480)
    await expect(old.page.get_by_role('dialog')).to_contain_text('断开了')
    await new.says('我的反映')
    await new.page.get_by_role('button', name=number).click()
    await new.reads('进度：已提交')


@ON_SQLITE
async def test_what_one_screen_writes_the_other_shows_at_once(take_phone: TakePhone) -> None:
    first = await take_phone(**AT)
    await first.says('/help')
    await first.reads('遇到危险')
    cookies = await first.page.context.cookies()
    second = await take_phone(storage_state={'cookies': cookies, 'origins': []})
    await second.reads('遇到危险')
    await expect(second.page.locator('a[href="tel:110"]')).to_be_visible()
    await second.page.get_by_role('link', name='/myreports').click()
    await first.reads('您还没有反映过问题')
    number = await file_report(first, 1, 2)
    await second.reads(number)
    assert await second.everything() == await first.everything()
    await expect(second.page.locator('#log .photo')).to_have_count(2)
    await second.tap('📋 我的反映')
    await first.reads('您的草稿')


@ON_POSTGRES
async def test_all_ones_data_come_as_a_file_that_opens(take_phone: TakePhone, tmp_path: Path) -> None:
    resident = await take_phone(**AT)
    number = await file_report(resident, 1, 2)
    await resident.says('/mydata')
    await resident.reads('这是我们存的您的全部数据')
    async with resident.page.expect_download() as coming:
        await resident.page.locator('#log a.file').click()
    arrived = await coming.value
    await arrived.save_as(tmp_path / arrived.suggested_filename)
    with zipfile.ZipFile(tmp_path / arrived.suggested_filename) as opened:
        assert opened.testzip() is None
        data = json.loads(opened.read('data.json'))
        pictures = [name for name in opened.namelist() if name.endswith('.jpg')]
    assert number in json.dumps(data)
    assert WORDS['zh-CN']['caption'] in json.dumps(data, ensure_ascii=False)
    assert len(pictures) == 4


async def withdraw(resident: Phone, number: str) -> None:
    await resident.tap('📋 我的反映')
    await resident.page.get_by_role('button', name=number).click()
    await resident.tap('撤回', '是的，撤回')
    await resident.reads(f'{number} 已撤回')


async def test_being_forgotten_empties_the_chat_and_deletes_the_photos(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    resident = await take_phone(**AT)
    number = await file_report(resident)
    await withdraw(resident, number)
    address = await resident.page.locator('#log .photo').first.get_attribute('href')
    ask = resident.page.context.request
    assert (await ask.get(live_house.address + str(address))).ok
    assert len(live_house.files()) == 3
    await resident.says('/forget')
    await resident.tap('继续', '是的，删除')
    await resident.reads('您的身份、文字和照片都已去掉')
    assert (await ask.get(live_house.address + str(address))).status == 404
    await resident.reads('您的身份、文字和照片都已去掉')
    assert len(await resident.everything()) == 1
    async with asyncio.timeout(20):
        while await live_house.rows(select(conversations).where(conversations.c.channel == FORGOTTEN)):
            pass
        while await live_house.rows(select(doomed_files)):
            pass
    assert live_house.files() == set()
    assert await live_house.rows(select(photos)) == []
    (case,) = await live_house.rows(select(reports))
    assert (case.resident_id, case.words) == (None, None)
    kept = str(await live_house.rows(select(transcript.c.params)))
    assert WORDS['zh-CN']['caption'] not in kept
