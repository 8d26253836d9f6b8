"""How much one process holds of what people upload at once."""

import asyncio
from datetime import timedelta

import pytest
from starlette.requests import HTTPConnection

from tests.clock import NOON
from web.declined import Declined
from web.newcomers import MOST_ADDRESSES, Newcomers, hashed_address
from web.upload_room import UploadRoom


async def test_an_upload_waits_for_room_and_those_behind_it_wait_their_turn() -> None:
    room, order = UploadRoom(room=10, line=9), []
    may_end = asyncio.Event()

    async def upload(name: str, size: int) -> None:
        async with room.holding(size):
            order.append(name)
            await may_end.wait()

    async with asyncio.TaskGroup() as group:
        for name, size in (('first', 8), ('large', 9), ('small', 1)):
            group.create_task(upload(name, size))
            await asyncio.sleep(0)
        assert order == ['first']
        may_end.set()
    assert order == ['first', 'large', 'small']


async def test_a_long_line_is_turned_away_and_a_broken_upload_gives_its_room_back() -> None:
    room = UploadRoom(room=10, line=1)
    with pytest.raises(ValueError, match='broken'):
        async with room.holding(10):
            raise ValueError('broken')
    async with room.holding(10), asyncio.TaskGroup() as group:
        waiting = group.create_task(room.holding(10).__aenter__())
        await asyncio.sleep(0)
        with pytest.raises(Declined) as declined:
            await room.holding(1).__aenter__()
        assert (declined.value.status, declined.value.code) == (503, 'busy')
        waiting.cancel()
    async with room.holding(10):
        pass


def test_addresses_are_forgotten_when_there_are_too_many() -> None:
    newcomers = Newcomers(most=1)
    newcomers.check('first', 1, NOON)
    for number in range(MOST_ADDRESSES):
        newcomers.check(str(number), number, NOON)
    newcomers.check('first', 2, NOON)
    with pytest.raises(Declined):
        newcomers.check('first', 3, NOON + timedelta(minutes=59))


def hashed(host: str, key: bytes = b'k') -> str:
    return hashed_address(HTTPConnection({'type': 'http', 'headers': [], 'client': (host, 1)}), key)


def test_an_address_is_kept_as_a_digest_that_needs_our_key_and_ipv6_counts_by_household() -> None:
    assert '10.0.0.1' not in hashed('10.0.0.1')
    assert hashed('10.0.0.1') != hashed('10.0.0.2')
    assert hashed('10.0.0.1') != hashed('10.0.0.1', b'other')
    assert hashed('2001:db8::1') == hashed('2001:db8::ffff') != hashed('2001:db8:0:1::1')
