"""Files on their way to Telegram: ids of what is gone are dropped, and the parts of one's own data fit."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from bot.content.calls import Call
from bot.intake.channel import Fate
from civic import recordings
from jobs.house import JobHouse
from jobs.my_data import archive
from jobs.my_data.archive import ENTRY_BYTES, Archive
from jobs.my_data.documents import MOST_BYTES
from jobs.telegram.delivery import Delivery
from jobs.upkeep import keep_up
from storage import sent_files
from storage.files import ORIGINAL
from storage.media import new_key
from storage.pictures.limits import Limits
from storage.store import Store
from storage.tables import files as file_rows
from storage.tables import photos
from storage.tables import sent_files as ids
from tests.botapi import BotApi
from tests.botapi.files import MOST_UPLOAD
from tests.clock import FakeClock
from tests.jobs.cases import upload
from tests.jobs.chats import chat_of, rows
from tests.jobs.telegram.conftest import CHAT, TelegramPerson

LARGEST = max(Limits().bytes, recordings.MOST_BYTES)


async def known(store: Store) -> set[str]:
    """The tokens whose ids are known."""
    return {row.token for row in await rows(store, select(ids.c.token))}


async def test_the_ids_of_files_that_are_gone_are_dropped_within_the_hour(
    house: JobHouse, store: Store, person: TelegramPerson
) -> None:
    chat = await chat_of(store, person)
    token = await upload(house, chat)
    tokens = {token, f'{token}{ORIGINAL}', 'never heard of', f'never heard of{ORIGINAL}'}
    async with store.begin() as tx:
        for bot in (1, 2):
            await sent_files.remember(tx, bot, {one: f'id of {one}' for one in tokens})
    await keep_up(house)
    assert await known(store) == {token, f'{token}{ORIGINAL}'}
    async with store.begin() as tx:
        await tx.execute(update(photos).values(original_key=None))
    await keep_up(house)
    assert await known(store) == {token}
    async with store.begin() as tx:
        await tx.execute(delete(photos))
    await keep_up(house)
    assert await known(store) == set()


async def test_a_file_that_is_gone_is_not_sent_though_telegram_may_have_it_still(
    person: TelegramPerson, delivery: Delivery, api: BotApi, store: Store
) -> None:
    async with store.begin() as tx:
        await sent_files.remember(tx, delivery.bot, {'gone': 'id of gone'})
    photo = Call('sendPhoto', {'chat_id': CHAT, 'photo': {'$kept': ['gone', 'a.jpg']}})
    [spoken] = await delivery.speak(CHAT, [(0, photo)])
    assert (spoken.fate, api.sent()) == (Fate.REFUSED, [])


def make_parts(folder: Path) -> list[Path]:
    """Parts of an archive whose photos and recordings are as large as we take them."""
    large = folder / 'large'
    with large.open('wb') as file:
        file.truncate(LARGEST)
    made = Archive(folder, FakeClock().now)
    for number in range(3):
        made.add_file(f'photos/{number}.jpg', large)
    return made.close()


@pytest.mark.parametrize('store', ['sqlite'], indirect=True)
async def test_each_part_of_ones_own_data_is_small_enough_for_a_bot(
    tmp_path: Path, house: JobHouse, person: TelegramPerson, delivery: Delivery, api: BotApi
) -> None:
    parts = make_parts(tmp_path)
    assert len(parts) > 1
    for n, part in enumerate(parts):
        key = new_key('file')
        await house.media.put_file(key, part)
        row = {'token': f'part-{n}', 'conversation_id': await chat_of(house.store, person), 'media_key': key}
        async with house.store.begin() as tx:
            until = tx.now + timedelta(hours=24)
            await tx.execute(insert(file_rows), [{**row, 'name': 'a.zip', 'kind': 'application/zip', 'until': until}])
        document = Call('sendDocument', {'chat_id': CHAT, 'document': {'$kept': [f'part-{n}', 'a.zip']}})
        assert [one.fate for one in await delivery.speak(CHAT, [(0, document)])] == [Fate.SAID]
    assert len(api.sent(CHAT, 'sendDocument')) == len(parts)
    assert max(MOST_BYTES, LARGEST) + ENTRY_BYTES <= archive.MOST_BYTES < MOST_UPLOAD
