"""Uploads and downloads, with Telegram's limits."""

import io

import aiohttp
from PIL import Image

from tests.botapi import BotApi
from tests.botapi.conftest import Bot
from tests.botapi.files import MEGABYTE


def picture() -> bytes:
    out = io.BytesIO()
    Image.new('RGB', (400, 200), 'blue').save(out, 'JPEG')
    return out.getvalue()


async def upload(
    bot: Bot, session: aiohttp.ClientSession, method: str, files: dict[str, bytes], **params: str
) -> tuple[int, dict[str, object]]:
    form = aiohttp.FormData({'chat_id': '7', **params})
    for name, data in files.items():
        form.add_field(name, io.BytesIO(data), filename='picture.jpg')
    async with session.post(f'{bot.api.url}/bot{bot.api.token}/{method}', data=form) as answer:
        return answer.status, await answer.json()


async def test_an_upload_is_kept_sent_again_by_its_id_and_downloaded(
    api: BotApi, bot: Bot, session: aiohttp.ClientSession
) -> None:
    api.user(7).opened()
    _, body = await upload(bot, session, 'sendPhoto', {'photo': picture()})
    biggest = body['result']['photo'][-1]
    again = await bot.ok('sendPhoto', chat_id=7, photo=biggest['file_id'])
    assert again['photo'][-1] == biggest
    found = await bot.ok('getFile', file_id=biggest['file_id'])
    assert found['file_path'].startswith('photos/file_')
    async with session.get(f'{api.url}/file/bot{api.token}/{found["file_path"]}') as answer:
        assert await answer.read() == picture()


async def test_album_members_may_be_uploads_and_known_files(
    api: BotApi, bot: Bot, session: aiohttp.ClientSession
) -> None:
    known = api.user(7).photo(picture())['message']['photo'][-1]['file_id']
    media = f'[{{"type":"photo","media":"attach://new","caption":"two"}},{{"type":"photo","media":"{known}"}}]'
    _, body = await upload(bot, session, 'sendMediaGroup', {'new': picture()}, media=media)
    first, second = body['result']
    assert first['media_group_id'] == second['media_group_id']
    assert first['caption'] == 'two'
    missing = media.replace('attach://new', 'attach://lost')
    assert 'no file "lost"' in (await bot.refused('sendMediaGroup', chat_id=7, media=missing))[1]
    assert len(api.sent(7)) == 1


async def test_an_album_may_mix_photos_and_videos(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    photo = user.photo(picture())['message']['photo'][-1]['file_id']
    video = user.video(b'video')['message']['video']['file_id']
    media = [{'type': 'photo', 'media': photo}, {'type': 'video', 'media': video}]
    assert len(await bot.ok('sendMediaGroup', chat_id=7, media=media)) == 2


async def test_a_file_is_not_sent_as_another_kind(api: BotApi, bot: Bot) -> None:
    photo = api.user(7).photo(picture())['message']['photo'][-1]['file_id']
    assert "can't use file of type Photo as Voice" in (await bot.refused('sendVoice', chat_id=7, voice=photo))[1]


async def test_uploads_end_at_10_mb_for_photos_and_at_50_for_the_rest(
    api: BotApi, bot: Bot, session: aiohttp.ClientSession
) -> None:
    api.user(7).opened()
    big, huge = bytes(10 * MEGABYTE + 1), bytes(50 * MEGABYTE + 1)
    status, body = await upload(bot, session, 'sendPhoto', {'photo': big})
    assert (status, 'too big for a photo' in str(body['description'])) == (400, True)
    assert (await upload(bot, session, 'sendDocument', {'document': big}))[0] == 200
    assert (await upload(bot, session, 'sendDocument', {'document': huge}))[0] == 413


async def test_downloads_end_at_20_mb(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    just, over = (
        user.document(bytes(20 * MEGABYTE + more), 'a.mp4', 'video/mp4')['message']['document']['file_id']
        for more in (0, 1)
    )
    await bot.ok('getFile', file_id=just)
    assert await bot.refused('getFile', file_id=over) == (400, 'Bad Request: file is too big')
    assert api.refused == []
    assert 'invalid file_id' in (await bot.refused('getFile', file_id='x'))[1]
