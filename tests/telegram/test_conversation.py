"""What people meet on Telegram that the web chat does not have: stickers, venues, large albums, old buttons."""

from sqlalchemy import select

from storage.store import Store
from storage.tables import inbox, photos
from tests.botapi import BotApi
from tests.journeys.scenes import canal
from tests.telegram.conftest import Polling


async def test_a_sticker_gets_one_sentence_that_says_what_can_be_sent(
    api: BotApi, polling: Polling, store: Store
) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('/start')
        await wang.sees('您好')
        answers = len(api.sent(chat=7))
        wang.sticker()
        await wang.sees('请发照片、位置或文字')
    assert len(api.sent(chat=7)) == answers + 1
    async with store.read() as tx:
        assert [row.outcome for row in (await tx.execute(select(inbox.c.outcome))).all()] == ['heard', 'heard']


async def test_a_venue_is_a_place_and_its_name_is_kept(api: BotApi, polling: Polling) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('工地半夜打桩，吵得睡不着')
        await wang.sees('在哪里')
        wang.venue('塔山菜场', '延安路 1 号', 30.0005, 120.582)
        await wang.sees('哪方面')
        wang.tap('🔊 工地吵、夜间施工')
        await wang.sees('塔山街道')
        wang.tap('塔山街道')
        preview = await wang.sees('✅ 提交')
    assert '塔山菜场 延安路 1 号' in preview['text']


async def test_of_twelve_photos_nine_are_taken_and_one_sentence_says_so(
    api: BotApi, polling: Polling, store: Store
) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('/start')
        await wang.sees('您好')
        pictures = [canal(seed=number) for number in range(12)]
        with api.held():
            wang.album(pictures[:10])
            wang.album(pictures[10:])
        await wang.sees('最多放 9 张')
        wang.text('/settings')
        await wang.sees('⚙ 设置')
    async with store.read() as tx:
        assert len((await tx.execute(select(photos.c.id))).all()) == 9


async def test_a_button_of_an_older_release_goes_and_the_question_comes_again(api: BotApi, polling: Polling) -> None:
    wang = api.user(7)
    async with polling():
        wang.text('工地半夜打桩，吵得睡不着')
        question = await wang.sees('在哪里')
        button = question['reply_markup']['inline_keyboard'][0][0]
        button['callback_data'] = '0' + button['callback_data'][1:]
        wang.tap(button['text'], question)
        await wang.sees('已经过时')
        await wang.sees('在哪里')
    assert 'editMessageReplyMarkup' in [call.method for call in api.calls]
