"""Photos are cleaned beside the chat, not in its way, and only so many at once."""

import asyncio

import pytest
from PIL import Image

from storage.pictures import Limits, PictureRefused, PictureRoom, PictureRoomFull
from tests.storage import photos


@pytest.fixture
def rooms():
    """Makes rooms and closes them."""
    opened: list[PictureRoom] = []

    def make(**how: object) -> PictureRoom:
        opened.append(PictureRoom(**how))
        return opened[-1]

    yield make
    for room in opened:
        room.close()


@pytest.fixture(scope='module')
def slow_photo() -> bytes:
    """A photo that takes far longer to decode than a loop takes to turn."""
    return photos.saved(Image.effect_noise((4000, 3000), 60), 'JPEG', quality=95, progressive=True)


async def test_many_photos_are_cleaned_at_once(rooms):
    room = rooms()
    cleaned = await asyncio.gather(*(room.clean(photos.jpeg()) for _ in range(18)))
    assert {picture.width for picture in cleaned} == {320}


async def test_the_chat_goes_on_while_a_photo_is_cleaned(rooms, slow_photo):
    room, turns = rooms(), 0
    async with asyncio.TaskGroup() as group:
        cleaning = group.create_task(room.clean(slow_photo))
        while not cleaning.done():
            await asyncio.sleep(0)
            turns += 1
    assert turns > 50


async def test_a_refusal_comes_out_of_the_room_as_it_is(rooms):
    with pytest.raises(PictureRefused) as caught:
        await rooms().clean(b'hello')
    assert caught.value.code == 'not_a_picture'


async def test_a_file_that_is_too_big_does_not_even_stand_in_line(rooms):
    with pytest.raises(PictureRefused) as caught:
        await rooms(limits=Limits(bytes=10)).clean(bytes(11))
    assert caught.value.code == 'too_big'


async def test_who_comes_when_the_line_is_full_is_told_at_once(rooms, slow_photo):
    room = rooms(threads=1, waiting=1)
    async with asyncio.TaskGroup() as group:
        seated = group.create_task(room.clean(slow_photo))
        waiting = group.create_task(room.clean(photos.jpeg()))
        await asyncio.sleep(0)
        with pytest.raises(PictureRoomFull):
            await room.clean(photos.jpeg())
    assert seated.result().width == 1600
    assert waiting.result().width == 320


async def test_a_photo_that_takes_too_long_is_refused_and_keeps_its_seat_until_it_is_done(rooms, slow_photo):
    room = rooms(threads=1, waiting=0, seconds=0.001)
    with pytest.raises(PictureRefused) as caught:
        await room.clean(slow_photo)
    assert caught.value.code == 'broken'
    with pytest.raises(PictureRoomFull):
        await room.clean(slow_photo)
    async with asyncio.timeout(30):
        while await is_full(room, slow_photo):
            pass


async def is_full(room: PictureRoom, photo: bytes) -> bool:
    """Asks after a moment, so that the loop can hear of what the thread has done."""
    await asyncio.sleep(0.01)
    try:
        await room.clean(photo)
    except PictureRoomFull:
        return True
    except PictureRefused:
        return False
    return False


async def test_who_gives_up_waiting_leaves_the_line_and_who_gives_up_inside_the_seat(rooms, slow_photo):
    room = rooms(threads=1, waiting=1)
    async with asyncio.TaskGroup() as group:
        seated = group.create_task(room.clean(slow_photo))
        waiting = group.create_task(room.clean(slow_photo))
        await asyncio.sleep(0)
        seated.cancel()
        waiting.cancel()
    assert (await room.clean(photos.jpeg())).width == 320


async def test_a_closed_room_takes_no_photos(rooms):
    room = rooms()
    room.close()
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await room.clean(photos.jpeg())
