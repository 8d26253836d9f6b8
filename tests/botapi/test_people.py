"""What people do becomes updates in Telegram's shape, and what the bot does shows on their phones."""

import asyncio
import io

import aiogram.types
import pytest
from PIL import Image

from tests.botapi import BotApi
from tests.botapi.conftest import Bot
from tests.botapi.updates import Update
from tests.botapi.users import User


def jpeg(size: tuple[int, int] = (1000, 500)) -> bytes:
    """A picture that says where it was made."""
    out = io.BytesIO()
    image = Image.new('RGB', size, 'green')
    exif = image.getexif()
    exif.get_ifd(0x8825)[1] = 'N'
    image.save(out, 'JPEG', exif=exif)
    return out.getvalue()


def every_content(user: User) -> list[Update]:
    picture = jpeg()
    return [
        user.starts('ABCD'),
        user.text('hello'),
        user.photo(picture, 'look'),
        user.photo_as_file(picture),
        *user.album([picture, picture]),
        user.location(30.0, 120.58, horizontal_accuracy=20.0),
        user.venue('Park', 'Road 1', 30.0, 120.58),
        user.voice(b'voice'),
        user.video(b'video', caption='see'),
        user.sticker(),
        user.document(b'%PDF', 'a.pdf', 'application/pdf'),
        user.writes(dice={'emoji': '🎲', 'value': 3}),
    ]


def every_change(api: BotApi, user: User) -> list[Update]:
    walk, group = user.live_location(30.0, 120.58), api.group()
    return [
        walk.sent,
        walk.moves(30.1, 120.6),
        walk.stops(),
        user.edit(user.text('helo'), text='hello'),
        user.blocks(),
        user.unblocks(),
        group.adds_bot(user),
        group.seat(user).text('/start@lvbi_test_bot'),
        group.removes_bot(user),
    ]


def test_every_act_is_an_update_that_aiogram_reads(api: BotApi) -> None:
    user = api.user(7, name='Li')
    for update in [*every_content(user), *every_change(api, user)]:
        read = aiogram.types.Update.model_validate(update)
        assert read.event.model_extra in (None, {}), update


def test_a_photo_comes_in_sizes_without_its_place_and_as_a_file_with_it(api: BotApi) -> None:
    user, picture = api.user(7), jpeg()
    sizes = user.photo(picture)['message']['photo']
    assert [size['width'] for size in sizes] == [90, 320, 800, 1000]
    assert not Image.open(io.BytesIO(api.files.data(sizes[-1]['file_id']))).getexif()
    document = user.photo_as_file(picture)['message']['document']
    assert api.files.data(document['file_id']) == picture
    assert document['file_size'] == len(picture)


def test_the_same_picture_has_the_same_unique_id_and_another_file_id(api: BotApi) -> None:
    one, two = (api.user(7).photo(jpeg())['message']['photo'][-1] for _ in range(2))
    assert one['file_unique_id'] == two['file_unique_id']
    assert one['file_id'] != two['file_id']


async def test_the_phone_shows_edits_deletions_buttons_and_the_menu(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    user.text('hello')
    menu = {'keyboard': [[{'text': '上报'}, {'text': '设置'}]], 'is_persistent': True}
    await bot.ok('sendMessage', chat_id=7, text='menu', reply_markup=menu)
    asked = await bot.ok('sendMessage', chat_id=7, text='What?', reply_markup=inline('Water', '1:w'))
    gone = await bot.ok('sendMessage', chat_id=7, text='nonsense')
    await bot.ok('deleteMessage', chat_id=7, message_id=gone['message_id'])
    assert user.phone == 'hello\n\nmenu\n\nWhat?\n[Water]\n\n[上报] [设置]'
    await bot.ok('editMessageText', chat_id=7, message_id=asked['message_id'], text='Water it is')
    await bot.ok('sendMessage', chat_id=7, text='bye', reply_markup={'remove_keyboard': True})
    assert user.phone == 'hello\n\nmenu\n\nWater it is\n\nbye'


def inline(label: str, data: str) -> dict[str, object]:
    return {'inline_keyboard': [[{'text': label, 'callback_data': data}]]}


async def test_sees_waits_for_what_is_newer_than_the_last_act(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    user.text('hello')
    message = await bot.ok('sendMessage', chat_id=7, text='first answer')
    await user.sees('first')
    user.text('again')
    with pytest.raises(AssertionError, match=r'(?s)no .first. within.*first answer'):
        await user.sees('first', within=0.01)
    seeing = asyncio.ensure_future(user.sees('first, but better'))
    await bot.ok('editMessageText', chat_id=7, message_id=message['message_id'], text='first, but better')
    assert (await seeing)['message_id'] == message['message_id']


async def test_a_tap_sends_the_data_of_the_button_that_is_shown(api: BotApi, bot: Bot) -> None:
    user = api.user(7).opened()
    await bot.ok('sendMessage', chat_id=7, text='old', reply_markup=inline('Yes', '1:old'))
    newer = await bot.ok('sendMessage', chat_id=7, text='new', reply_markup=inline('No', '1:no'))
    was = await user.sees('new')
    await bot.ok(
        'editMessageReplyMarkup', chat_id=7, message_id=newer['message_id'], reply_markup=inline('Yes', '1:new')
    )
    assert user.tap('Yes')['callback_query']['data'] == '1:new'
    assert user.tap('No', was)['callback_query']['data'] == '1:no'
    assert user.tap('Yes', too_old=True)['callback_query']['message']['date'] == 0
    with pytest.raises(AssertionError, match="no button 'No'"):
        user.tap('No')


async def test_only_the_message_that_laid_the_menu_is_found_by_its_words(api: BotApi, bot: Bot) -> None:
    user = api.user(7).opened()
    await bot.ok('sendMessage', chat_id=7, text='menu', reply_markup={'keyboard': [[{'text': '上报'}]]})
    await user.sees('上报')
    user.text('hello')
    await bot.ok('sendMessage', chat_id=7, text='hello')
    with pytest.raises(AssertionError):
        await user.sees('上报', within=0.01)


async def test_a_tap_on_the_menu_writes_its_words(api: BotApi, bot: Bot) -> None:
    user = api.user(7).opened()
    await bot.ok('sendMessage', chat_id=7, text='menu', reply_markup={'keyboard': [[{'text': '上报'}]]})
    assert user.tap('上报')['message']['text'] == '上报'


async def test_the_answer_to_a_tap_is_seen_unless_it_comes_too_late(api: BotApi, bot: Bot) -> None:
    user = api.user(7).opened()
    await bot.ok('sendMessage', chat_id=7, text='?', reply_markup=inline('Yes', '1:y'))
    query = user.tap('Yes')['callback_query']['id']
    await bot.ok('answerCallbackQuery', callback_query_id=query, text='noted')
    await user.sees('noted')
    api.age_taps()
    code, words = await bot.refused('answerCallbackQuery', callback_query_id=query)
    assert (code, 'query is too old' in words) == (400, True)
    assert api.refused == []
    await bot.refused('answerCallbackQuery', callback_query_id='made up')
    assert len(api.refused) == 1


async def test_editing_to_the_same_is_refused_and_so_is_editing_what_is_not_ours(api: BotApi, bot: Bot) -> None:
    theirs = api.user(7).text('mine')['message']['message_id']
    ours = (await bot.ok('sendMessage', chat_id=7, text='a', reply_markup=inline('Yes', '1:y')))['message_id']
    same = {'chat_id': 7, 'message_id': ours, 'text': 'a', 'reply_markup': inline('Yes', '1:y')}
    assert 'message is not modified' in (await bot.refused('editMessageText', **same))[1]
    assert "can't be edited" in (await bot.refused('editMessageText', chat_id=7, message_id=theirs, text='b'))[1]
    assert 'to edit not found' in (await bot.refused('editMessageText', chat_id=7, message_id=99, text='b'))[1]


async def test_who_blocked_the_bot_is_not_written_to_until_he_unblocks_it(api: BotApi, bot: Bot) -> None:
    user = api.user(7).opened()
    user.blocks()
    words = {'chat_id': 7, 'text': 'hello'}
    assert await bot.refused('sendMessage', **words) == (403, 'Forbidden: bot was blocked by the user')
    assert api.refused == []
    user.unblocks()
    await bot.ok('sendMessage', **words)
    user.deletes_account()
    assert await bot.refused('sendMessage', **words) == (403, 'Forbidden: user is deactivated')


async def test_a_bot_may_leave_a_group(api: BotApi, bot: Bot) -> None:
    user, group = api.user(7), api.group()
    group.adds_bot(user)
    await bot.ok('sendMessage', chat_id=group.chat.id, text='Sorry, not here')
    await group.seat(user).sees('Sorry')
    await bot.ok('leaveChat', chat_id=group.chat.id)
    assert not group.has_bot
    last = list(api.updates.pending.values())[-1]
    assert last['my_chat_member']['new_chat_member']['status'] == 'left'
