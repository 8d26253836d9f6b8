"""Telegram and the web chat are open at once in one process, and people of both talk about one case."""

import aiohttp

from tests.botapi import BotApi
from tests.system.conftest import Rows, Start
from tests.system.scenes import CODE, TASHAN, WITHIN, files
from tests.system.webchat import Tab


async def test_a_report_from_telegram_is_taken_up_in_the_web_chat(
    api: BotApi, start: Start, rows: Rows, free_port: int
) -> None:
    wang = api.user(7)
    address = f'http://127.0.0.1:{free_port}'
    async with start(LVBI_HTTP_PORT=str(free_port)) as house:
        assert await house.says('Chat: ') == f'Chat: {address}/chat'
        assert await house.says('Telegram: ') == 'Telegram: @lvbi_test_bot'
        async with start('staff', 'add', '李芳', '--role', 'grid', '--unit', TASHAN) as adding:
            code = CODE.findall(await adding.says('code'))[0]
        number = await files(wang)
        jar = aiohttp.CookieJar(unsafe=True)  # for an address in figures
        async with aiohttp.ClientSession(address, cookie_jar=jar) as session:
            li = await Tab.opened(session)
            await li.says(f'/start {code}')
            await li.sees('李芳')
            await li.says('/staff')
            await li.sees(number)
            await li.taps(number)
            await li.sees('受理')
            await li.taps('✋')
            await wang.sees(number, within=WITHIN)
        assert await house.stops() == 0
    assert await rows('SELECT DISTINCT channel FROM conversations ORDER BY channel') == [('telegram',), ('web',)]
    assert await rows('SELECT state FROM reports') == [('accepted',)]


async def test_telegram_may_be_the_only_channel(api: BotApi, start: Start, free_port: int) -> None:
    wang = api.user(7)
    address = f'http://127.0.0.1:{free_port}'
    async with start(LVBI_CHANNELS='telegram', LVBI_HTTP_PORT=str(free_port)) as house:
        assert await house.says('Telegram: ') == 'Telegram: @lvbi_test_bot'
        assert '/start' in await house.says('Administrator')
        wang.text('/help')
        await wang.sees('119', within=WITHIN)
        async with aiohttp.ClientSession(address) as session:
            async with session.get('/') as page:
                assert page.url.path == '/notice'
                assert 'href="/chat' not in await page.text()
            async with session.get('/chat') as page:
                assert page.status == 404
        assert await house.stops() == 0
