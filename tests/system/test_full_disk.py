"""A full disk: nothing false is said and nothing is half written; once there is room, all of it is heard and kept."""

import io
import random
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from tests.botapi import BotApi
from tests.system import ledger, scenes
from tests.system.conftest import House, Rows
from tests.system.test_kills_downloads import lying

ROOM = 700_000  # bytes: more than the log of the store takes, less than a photo made anew


def noise() -> bytes:
    """A JPEG of some 500 kB; made anew, with more care, it is half as large again."""
    picture = Image.frombytes('RGB', (1600, 1600), random.Random(1).randbytes(1600 * 1600 * 3))
    file = io.BytesIO()
    picture.save(file, 'JPEG', quality=20)
    return file.getvalue()


@pytest.mark.parametrize('database', ['sqlite'], indirect=True)
async def test_while_the_store_is_full_nobody_is_answered_and_afterwards_everybody_is(
    api: BotApi, house: House, rows: Rows, tmp_path: Path
) -> None:
    people = [api.user(number) for number in range(10, 20)]
    reader = sqlite3.connect(tmp_path / 'var' / 'lvbi.db', isolation_level=None)
    async with house() as process:
        for person in people:
            person.text('/help')
            await person.sees('119', within=scenes.WITHIN)
        hold_the_log(reader)
        process.may_write((tmp_path / 'var' / 'lvbi.db-wal').stat().st_size)
        answers = len(api.sent())
        with api.held():
            for person in people:
                person.text('/settings')
        await process.logs('the store is down', times=len(people))
        assert len(api.sent()) == answers
        process.may_write(None)
        reader.close()
        for person in people:
            await person.sees(scenes.SETTINGS, within=scenes.WITHIN)
        await ledger.quiet(rows)
        assert await process.stops() == 0
    assert len(api.sent()) == answers + len(people)
    assert 'dead letter' not in process.log
    await ledger.heard_once(api, rows)


def hold_the_log(reader: sqlite3.Connection) -> None:
    """Read, and go on reading: SQLite then cannot begin its log anew within the room that it has."""
    reader.execute('BEGIN')
    reader.execute('SELECT count(*) FROM inbox').fetchall()


async def test_a_photo_that_finds_no_room_is_fetched_again_and_leaves_nothing_half_written(
    api: BotApi, house: House, rows: Rows, tmp_path: Path
) -> None:
    wang = api.user(7)
    async with house() as process:
        wang.text('/start')
        await wang.sees('您好', within=scenes.WITHIN)
        process.may_write(ROOM)
        wang.photo(noise())
        await process.logs('a file could not be fetched')
        await wang.sees('在哪里', within=scenes.WITHIN)
        process.may_write(None)
        await ledger.quiet(rows)
        await ledger.until_none(rows, 'SELECT count(*) FROM doomed_files')
        assert await process.stops() == 0
    [keys] = await rows("SELECT original_key, clean_key, small_key FROM photos WHERE state = 'ready'")
    assert lying(tmp_path) == sorted(Path(key).name for key in keys)
    assert all(max(told.values()) == 1 for told in [ledger.told(api, wang)])
    await ledger.heard_once(api, rows)
