"""The whole way of a report on Telegram, in both languages, by polling (SQLite) and by webhook (PostgreSQL)."""

from dataclasses import dataclass

import pytest

from bot.content.language import _, speaking
from tests.botapi import BotApi
from tests.botapi.chats import Message
from tests.botapi.users import User
from tests.journeys.scenes import CLEAN, canal
from tests.system.conftest import House, Rows, Start
from tests.system.ledger import UNFETCHED, WAITING, notices, until_none
from tests.system.scenes import NUMBER, WITHIN, takes_office, taps_with

NAMES = {
    'zh': {'caption': '河水发黑发臭，已经三天了', 'category': '💧 河水发黑发臭变色', 'street': '塔山街道'},
    'en': {
        'caption': 'Black water in the river for three days',
        'category': '💧 Black or strange water',
        'street': 'Tashan Subdistrict',
    },
}


@dataclass
class Phone:
    """A person with Telegram in a language; the bot's words are given in English, as bot.content has them."""

    user: User
    locale: str

    def said(self, words: str) -> str:
        with speaking(self.locale):
            return _(words)

    async def reads(self, words: str) -> Message:
        return await self.user.sees(self.said(words), within=WITHIN)

    def taps(self, label: str) -> None:
        self.user.tap(self.said(label))


async def file(wang: Phone) -> str:
    """Two photos with a sentence, a place, a category, a street, and the preview."""
    names = NAMES[wang.locale]
    wang.user.text('/start')
    await wang.reads('📷 Report a problem (snap it)')
    wang.user.album([canal(seed=1), canal(seed=2)], caption=names['caption'])
    await wang.reads('📋 Choose from a list')
    wang.user.location(30.0005, 120.582)
    await wang.user.sees(names['category'], within=WITHIN)
    wang.user.tap(names['category'])
    await wang.user.sees(names['street'], within=WITHIN)
    wang.user.tap(names['street'])
    await wang.reads('✅ File the report')
    wang.taps('✅ File the report')
    filed = await wang.reads('➕ One more like this')
    return str(NUMBER.findall(filed['text'])[0])


@pytest.mark.parametrize('locale', ['zh', 'en'])
async def test_a_report_goes_the_whole_way_on_telegram(
    api: BotApi, house: House, start: Start, rows: Rows, locale: str
) -> None:
    wang = Phone(api.user(7, language={'zh': 'zh-hans', 'en': 'en'}[locale]), locale)
    li = Phone(api.user(8, language='zh-hans', name='李芳'), 'zh')
    async with house() as process:
        await takes_office(start, li.user)
        number = await file(wang)
        await until_none(rows, UNFETCHED)
        await take_up(li, number)
        assert [len(call.params['media']) for call in api.sent(chat=8, method='sendMediaGroup')] == [2]
        await ask_back(li, wang)
        await resolve(li, wang, rows)
        wang.taps('✅ Fixed')
        await wang.user.sees(number, within=WITHIN)
        await li.reads('Look at the case')
        await until_none(rows, WAITING)
        assert await process.stops() == 0
    assert await rows('SELECT state, answer FROM reports') == [('confirmed', 'fixed')]
    moves = [move for (move,) in await rows('SELECT move FROM report_events ORDER BY id')]
    assert moves == ['file', 'claim', 'ask', 'answer', 'start', 'resolve', 'confirm']
    assert set(await notices(rows)) == {'said'}


async def take_up(li: Phone, number: str) -> None:
    """Open the case from the queue and take it up."""
    li.user.text('/staff')
    await taps_with(li.user, number)
    await li.reads('✋ Take it up')
    li.taps('✋ Take it up')
    await li.reads('❓ Ask back')


async def ask_back(li: Phone, wang: Phone) -> None:
    """Ask, and be answered."""
    li.taps('❓ Ask back')
    await li.reads('What do you want to know? The reporter reads your sentence.')
    li.user.text('具体是哪座桥边上？')
    await wang.user.sees('具体是哪座桥边上？', within=WITHIN)
    wang.taps('✍ Answer the question')
    await wang.reads('Please write your answer or send photos.')
    wang.user.text('塔山桥东边，靠菜场')
    await li.reads('Look at the case')


async def resolve(li: Phone, wang: Phone, rows: Rows) -> None:
    """Work, and show the result; its reporter sees before and after."""
    li.taps('Look at the case')
    await li.reads('▶ Begin work')
    li.taps('▶ Begin work')
    await li.reads('✅ Resolve')
    li.taps('✅ Resolve')
    await li.reads('Send photos of the result, or write what was done. The reporter sees it.')
    li.user.photo(canal(CLEAN))
    await li.reads('✅ Resolve now')
    await until_none(rows, UNFETCHED)
    li.taps('✅ Resolve now')
    await wang.reads('✅ Fixed')
    shown = [call for call in wang.user.api.sent(chat=7) if call.method in ('sendPhoto', 'sendMediaGroup')]
    assert len(shown) == 2
