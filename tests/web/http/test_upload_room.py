"""How much one process holds of what people upload at once."""

import asyncio
from datetime import timedelta

import pytest
from starlette.requests import HTTPConnection

from tests.clock import NOON
from web.declined import Declined
from web.newcomers import hashed_address
from web.tallies import MOST_NAMES, Tally
from web.upload_room import MOST_PASSED, UploadRoom


class Line:
    """Uploads in a room, each until it is told to end; `order` is who was let in."""

    def __init__(self, room: UploadRoom, group: asyncio.TaskGroup) -> None:
        self.order: list[str] = []
        self._room, self._group = room, group
        self._ends: dict[str, asyncio.Event] = {}

    async def add(self, name: str, size: int, chat: str = '', address: str = '') -> asyncio.Task[None]:
        self._ends[name] = asyncio.Event()
        task = self._group.create_task(self._upload(name, size, chat or name, address or name))
        await settled()
        return task

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
        await settled()

    async def end_all(self) -> None:
        await self.end(*self._ends)

    async def _upload(self, name: str, size: int, chat: str, address: str) -> None:
        async with self._room.holding(size, chat, address):
            self.order.append(name)
            await self._ends[name].wait()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_an_upload_waits_for_room_and_a_small_one_passes_it() -> None:
    async with asyncio.TaskGroup() as group:
        line = Line(UploadRoom(room=10), group)
        for name, size in (('first', 8), ('large', 9), ('also large', 9), ('small', 1)):
            await line.add(name, size)
        assert line.order == ['first', 'small']
        await line.end('first', 'small')
        assert line.order == ['first', 'small', 'large']
        await line.end_all()
        assert line.order[-1] == 'also large'


async def test_a_large_upload_is_not_passed_for_ever() -> None:
    async with asyncio.TaskGroup() as group:
        line = Line(UploadRoom(room=10), group)
        await line.add('first', 8)
        await line.add('large', 9)
        for number in range(MOST_PASSED):
            await line.add(str(number), 1)
            await line.end(str(number))
        await line.add('one too many', 1)
        assert 'one too many' not in line.order
        await line.end('first')
        assert line.order[-2:] == ['large', 'one too many']
        await line.end_all()


async def test_one_chat_sends_two_at_once_and_the_others_go_on() -> None:
    room = UploadRoom(room=80)
    async with asyncio.TaskGroup() as group:
        line = Line(room, group)
        for name in ('first', 'second'):
            await line.add(name, 20, 'greedy', 'far away')
        with pytest.raises(Declined) as declined:
            await room.holding(20, 'greedy', 'elsewhere').__aenter__()
        assert (declined.value.status, declined.value.code, declined.value.retry_after) == (429, 'uploading', 5)
        await line.add('somebody', 20)
        assert line.order == ['first', 'second', 'somebody']
        await line.end_all()
    async with room.holding(20, 'greedy', 'elsewhere'):
        pass


async def test_one_address_sends_eight_at_once_in_half_of_the_room() -> None:
    room = UploadRoom(room=80)
    async with asyncio.TaskGroup() as group:
        line = Line(room, group)
        for number in range(8):
            await line.add(str(number), 20, f'chat {number}', 'mean')
        assert line.order == ['0', '1']
        with pytest.raises(Declined) as declined:
            await room.holding(20, 'chat 9', 'mean').__aenter__()
        assert (declined.value.status, declined.value.code) == (429, 'busy')
        await line.add('somebody', 20)
        assert line.order == ['0', '1', 'somebody']
        await line.end_all()


async def test_a_long_line_is_turned_away_and_a_broken_upload_gives_its_room_back() -> None:
    room = UploadRoom(room=10, line=1)
    with pytest.raises(ValueError, match='broken'):
        async with room.holding(10, 'broken', 'broken'):
            raise ValueError('broken')
    async with asyncio.TaskGroup() as group:
        line = Line(room, group)
        await line.add('first', 10)
        waiting = await line.add('waiting', 10)
        with pytest.raises(Declined) as declined:
            await room.holding(1, 'late', 'late').__aenter__()
        assert (declined.value.status, declined.value.code) == (503, 'busy')
        waiting.cancel()
        await line.end_all()
    async with room.holding(10, 'next', 'next'):
        pass


async def test_a_wait_has_an_end_and_leaves_no_place_taken() -> None:
    room = UploadRoom(room=10, wait_within=0)
    async with room.holding(10, 'first', 'first'):
        for _ in range(3):
            with pytest.raises(Declined) as declined:
                await room.holding(10, 'second', 'second').__aenter__()
            assert (declined.value.status, declined.value.retry_after) == (503, 5)
    async with room.holding(10, 'second', 'second'):
        pass


def test_names_are_forgotten_when_there_are_too_many_and_things_after_a_while() -> None:
    tally = Tally(timedelta(hours=1))
    for thing in (1, 2, 2):
        tally.add('first', thing, NOON)
    assert (tally.count('first', NOON), tally.count('first', NOON, but=2)) == (2, 1)
    assert tally.count('first', NOON + timedelta(minutes=60)) == 0
    for number in range(MOST_NAMES):
        tally.add(str(number), 1, NOON)
    assert (tally.count('first', NOON), tally.count('0', NOON)) == (0, 1)


def hashed(host: str, key: bytes = b'k') -> str:
    return hashed_address(HTTPConnection({'type': 'http', 'headers': [], 'client': (host, 1)}), key)


def test_an_address_is_kept_as_a_digest_that_needs_our_key_and_ipv6_counts_by_household() -> None:
    assert '10.0.0.1' not in hashed('10.0.0.1')
    assert hashed('10.0.0.1') != hashed('10.0.0.2')
    assert hashed('10.0.0.1') != hashed('10.0.0.1', b'other')
    assert hashed('2001:db8::1') == hashed('2001:db8::ffff') != hashed('2001:db8:0:1::1')
