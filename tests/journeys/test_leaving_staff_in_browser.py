"""An officer's page that is open when his rights end shows nothing of the cases any more."""

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import TakePhone
from tests.journeys.house import TASHAN, LiveHouse
from tests.journeys.phones import AT
from tests.journeys.steps import WORDS, file_report, open_case

pytestmark = pytest.mark.asyncio(loop_scope='module')
ON_SQLITE = pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)


@ON_SQLITE
async def test_the_open_page_of_an_officer_who_signs_out_loses_the_cases(
    live_house: LiveHouse, take_phone: TakePhone
) -> None:
    number = await file_report(await take_phone(**AT))
    officer = await take_phone(await live_house.code_for('王芳', 'grid', TASHAN))
    await open_case(officer, number)
    await officer.reads(WORDS['zh-CN']['caption'])
    await officer.says('/settings')
    await officer.tap('Sign out as staff')
    await officer.reads('已退出工作人员登录')
    await expect(officer.page.locator('#log .bubble').filter(has_text=number)).to_have_count(0)
    await expect(officer.page.locator('#log .photo')).to_have_count(0)
    assert WORDS['zh-CN']['caption'] not in ' '.join(await officer.everything())
