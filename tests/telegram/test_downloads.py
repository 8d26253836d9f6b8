"""Files that people send on Telegram come over HTTP from a server that may be slow, wrong or gone."""

import random
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout
from sqlalchemy import select

from bot.channels.telegram import wire as wires
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.downloads import fetch
from bot.channels.telegram.ears import Ears
from bot.content.calls import freeze
from bot.content.say import play
from bot.intake.files import NeverFetched, NotFetched
from jobs.deliver import deliver_due
from jobs.downloads import fetch_next
from jobs.files_check import compare
from jobs.house import JobHouse
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.tables import photos
from tests import log_watch
from tests.botapi import BotApi
from tests.clock import FakeClock
from tests.recordings import film, voice
from tests.storage.photos import drawing, heic, jpeg, png

MOST = 20_000_000


@pytest.fixture
async def house(ears: Ears, channel: TelegramChannel, media: MediaStore) -> AsyncIterator[JobHouse]:
    """The worker whose bot it is."""
    intake, pictures = ears._intake, PictureRoom()
    here = (channel.name, channel.bot)
    fetches = {here: partial(fetch, channel)}
    yield JobHouse(intake.store, intake, intake.city, media, {here: channel}, 'worker', pictures, fetches)  # type: ignore[dict-item]  # protocols
    pictures.close()


async def all_photos(house: JobHouse) -> list[Any]:
    async with house.store.read() as tx:
        return list((await tx.execute(select(photos).order_by(photos.c.position))).all())


async def fetch_all(house: JobHouse) -> None:
    while await fetch_next(house):
        pass
    while await deliver_due(house):
        pass


async def hear(ears: Ears, *updates: Any) -> None:
    for update in updates:
        await ears.take(update)


async def test_photos_in_all_ways_come_and_are_made_anew(
    api: BotApi, ears: Ears, house: JobHouse, media: MediaStore
) -> None:
    wang = api.user(7, language='en')
    picture, file, phone = png(drawing(900, 600)), jpeg(), heic()
    await hear(ears, wang.photo(picture), wang.photo_as_file(file))
    await hear(ears, wang.document(phone, 'IMG_1.HEIC', 'application/octet-stream'))
    await fetch_all(house)
    kept = await all_photos(house)
    assert [row.state for row in kept] == ['ready'] * 3
    assert [await media.get(row.original_key) for row in kept][1:] == [file, phone]
    assert kept[0].width == 900
    assert b'SECRET' not in b''.join([await media.get(row.clean_key) for row in kept])
    assert (await compare(house.store, house.media)).missing == []
    await wang.sees('The photo says that it was taken here')


async def test_an_album_shuffled_and_redelivered_is_one_report_with_one_answer(
    api: BotApi, ears: Ears, house: JobHouse
) -> None:
    wang = api.user(7, language='en')
    sent = wang.album([png(drawing(100 + n, 90)) for n in range(9)])
    mixed = [*sent, *sent]
    random.Random(3).shuffle(mixed)
    await hear(ears, *mixed)
    await fetch_all(house)
    kept = await all_photos(house)
    assert [row.width for row in kept] == list(range(100, 109))
    assert len({row.draft for row in kept}) == 1
    assert wang.phone.count('Where is it?') == 1
    tenth = wang.photo(png(), album=sent[0]['message']['media_group_id'])
    await hear(ears, tenth, tenth)
    await wang.sees('Only 9 photos fit')
    assert wang.phone.count('Only 9 photos fit') == 1


async def test_voice_and_video_come_and_go_back_to_staff_as_such(
    api: BotApi, ears: Ears, house: JobHouse, channel: TelegramChannel
) -> None:
    wang = api.user(7)
    await hear(ears, wang.voice(voice(5)), wang.video(film(6)))
    await fetch_all(house)
    assert [(row.kind, row.seconds) for row in await all_photos(house)] == [('voice', 5), ('video', 6)]
    for row in await all_photos(house):
        call = freeze(play(row.kind, f'{row.token}.original', f'{row.kind}.bin', 'evidence'), 7)
        await channel.speak(7, [(0, call)])
    assert [call.method for call in api.sent(chat=7)][-2:] == ['sendVoice', 'sendVideo']


@pytest.mark.parametrize('method', ['getFile', 'download'])
@pytest.mark.parametrize('answer', [404, 502, 'drop', 429])
async def test_what_the_server_does_not_give_now_comes_later(
    api: BotApi, ears: Ears, house: JobHouse, clock: FakeClock, method: str, answer: Any
) -> None:
    api.trouble(method, answer=answer, times=2)  # aiohttp by itself asks again once for what broke off
    await hear(ears, api.user(7).photo(png()))
    await fetch_all(house)
    assert [row.state for row in await all_photos(house)] == ['pending']
    for _again in range(2):
        clock.tick(seconds=10)
        await fetch_all(house)
    assert [row.state for row in await all_photos(house)] == ['ready']


async def test_a_file_that_is_too_big_is_explained_to_its_sender(api: BotApi, ears: Ears, house: JobHouse) -> None:
    wang = api.user(7, language='en')
    large = wang.photo_as_file(jpeg() + bytes(21 * 1024 * 1024))
    await hear(ears, large)
    await wang.sees('Please send it as a photo, not as a file')
    del large['message']['document']['file_size']
    large['update_id'] += 1
    await hear(ears, large)
    await fetch_all(house)
    assert [row.refusal for row in await all_photos(house)] == ['too_big']
    assert wang.phone.count('Please send it as a photo, not as a file') == 2


async def test_what_is_no_picture_is_explained_to_its_sender(api: BotApi, ears: Ears, house: JobHouse) -> None:
    wang = api.user(7, language='en')
    await hear(ears, wang.document(b'<html>', 'a.jpg', 'image/jpeg'))
    await fetch_all(house)
    await wang.sees('This is not a photo')


async def test_a_body_that_is_cut_short_or_too_long_is_never_taken(
    api: BotApi, channel: TelegramChannel, tmp_path: Path
) -> None:
    file_id = api.user(7).photo(png())['message']['photo'][-1]['file_id']
    kept = api.files._by_path[api.files.get(file_id)['file_path']]
    whole, described = kept.data, api.files.get
    api.files.get = lambda one: {**described(one), 'file_size': len(whole) + 1}  # type: ignore[method-assign]
    with pytest.raises(NotFetched, match='cut short'):
        await fetch(channel, file_id, tmp_path / 'file', MOST)
    api.files.get = described  # type: ignore[method-assign]
    with pytest.raises(NeverFetched, match='too_big'):
        await fetch(channel, file_id, tmp_path / 'file', len(whole) - 1)
    assert (tmp_path / 'file').stat().st_size <= len(whole)


async def test_a_server_that_hangs_is_given_up_for_now_and_the_token_is_in_no_log(
    api: BotApi, channel: TelegramChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wires, 'FILE_PATIENCE', ClientTimeout(total=0.2))
    file_id = api.user(7).photo(png())['message']['photo'][-1]['file_id']
    hanging = api.trouble('download', answer='hang', times=1)
    with pytest.raises(NotFetched) as fault:
        await fetch(channel, file_id, tmp_path / 'file', MOST)
    hanging.release()
    assert api.token not in repr(fault.value)
    assert api.token not in log_watch.LOG.getvalue()
