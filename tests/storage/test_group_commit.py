"""Group commit on SQLite: many turns, one commit; a broken one harms nobody; nothing is half written."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from storage.sqlite import SqliteStore
from storage.sqlite import store as group
from storage.store import StoreBusy, StoreDown, Tx
from storage.tables import tries
from tests.clock import NOON


async def count(store: SqliteStore) -> int:
    async with store.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(tries))).scalar_one())


def note(who: str, fault: Exception | None = None) -> object:
    async def body(tx: Tx) -> str:
        await tx.execute(insert(tries), {'who': who, 'at': tx.now})
        if fault:
            raise fault
        return who

    return body


async def test_turns_that_wait_together_share_one_commit(
    sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, 'GROUP_SECONDS', 60)  # a busy machine must not split the group
    commits: list[str] = []
    raw = sqlite_store._raw()
    raw.set_trace_callback(lambda statement: commits.append(statement) if statement == 'COMMIT' else None)
    names = await asyncio.gather(*(sqlite_store.turn(note(str(n))) for n in range(5)))
    raw.set_trace_callback(None)
    assert names == [str(n) for n in range(5)]
    assert commits == ['COMMIT']


async def test_a_turn_that_raises_is_undone_and_the_others_stand(sqlite_store: SqliteStore) -> None:
    turns = [sqlite_store.turn(note(str(n), KeyError(n) if n == 2 else None)) for n in range(5)]
    results = await asyncio.gather(*turns, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ['str', 'str', 'KeyError', 'str', 'str']
    assert await count(sqlite_store) == 4


async def test_a_database_that_ends_the_transaction_under_a_group_loses_and_doubles_nothing(
    sqlite_store: SqliteStore,
) -> None:
    """A full disk ends the whole transaction; each turn of the group is then run again alone."""
    async with sqlite_store.begin() as tx:
        await tx.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON tries WHEN new.who = 'bad' "
                "BEGIN SELECT RAISE(ROLLBACK, 'as a full disk does'); END"
            )
        )
    turns = [sqlite_store.turn(note('bad' if n == 2 else str(n))) for n in range(5)]
    results = await asyncio.gather(*turns, return_exceptions=True)
    assert [result for result in results if isinstance(result, str)] == ['0', '1', '3', '4']
    assert await count(sqlite_store) == 4


async def test_a_file_that_another_process_keeps_locked_is_said_to_be_busy(
    sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, 'BUSY_TRIES', 2)
    other = sqlite3.connect(sqlite_store.path, isolation_level=None)
    other.execute('BEGIN IMMEDIATE')
    with pytest.raises(StoreBusy):
        await sqlite_store.turn(note('late'))
    other.execute('ROLLBACK')
    other.close()
    assert await sqlite_store.turn(note('again')) == 'again'
    assert await count(sqlite_store) == 1


async def test_a_lost_file_is_a_store_that_is_down(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / 'no' / 'folder.db', clock=lambda _: NOON)
    with pytest.raises(StoreDown):
        await store.turn(note('x'))
    with pytest.raises(StoreDown):
        async with store.begin():
            raise AssertionError('must not open')


async def test_a_cancelled_turn_is_not_run_by_somebody_else(sqlite_store: SqliteStore) -> None:
    async with sqlite_store.begin():
        task = asyncio.get_running_loop().create_task(_turn(sqlite_store))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await sqlite_store.turn(note('next'))
    assert await count(sqlite_store) == 1


async def _turn(store: SqliteStore) -> None:
    await store.turn(note('cancelled'))


async def test_a_leader_who_is_cancelled_leaves_his_followers_to_the_next(sqlite_store: SqliteStore) -> None:
    """A cancelled turn that ran others' turns with its own must not leave a transaction open, nor lose them."""
    entered = asyncio.Event()

    async def stays(tx: Tx) -> None:
        await tx.execute(insert(tries), {'who': 'leader', 'at': tx.now})
        entered.set()
        await asyncio.Event().wait()

    loop = asyncio.get_running_loop()
    leader = loop.create_task(sqlite_store.turn(stays))
    followers = [loop.create_task(sqlite_store.turn(note(str(n)))) for n in range(3)]
    await entered.wait()
    leader.cancel()
    assert await asyncio.gather(*followers) == ['0', '1', '2']
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert await sqlite_store.turn(note('later')) == 'later'
    assert await count(sqlite_store) == 4


async def test_readers_cannot_write(sqlite_store: SqliteStore) -> None:
    async with sqlite_store.read() as tx:
        with pytest.raises(Exception, match='readonly'):
            await tx.execute(insert(tries), {'who': 'x', 'at': sqlite_store.clock(None)})
