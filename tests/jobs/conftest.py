"""A house of jobs over the store, the front door, the files, and both kinds of channel."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.web import WebChannel
from bot.intake import Intake
from civic.city import City
from jobs.house import JobHouse
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.store import Store
from tests.jobs.abroad import Abroad
from tests.people import WireChannel


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What was logged; printing tracebacks of it would take seconds."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def abroad() -> Abroad:
    """What the platform of `wire` keeps."""
    return Abroad()


@pytest.fixture
def house(
    store: Store, intake: Intake, city: City, media: MediaStore, wire: WireChannel, abroad: Abroad
) -> Iterator[JobHouse]:
    """One worker."""
    channels = {('web', 0): WebChannel(), ('wire', 1): wire}
    pictures, fetch = PictureRoom(), {('wire', 1): abroad.fetch}
    yield JobHouse(store, intake, city, media, channels, 'worker 1', pictures, fetch)  # type: ignore[arg-type]  # protocols
    pictures.close()


@pytest.fixture
def another(house: JobHouse) -> Callable[[], JobHouse]:
    """Make another worker on the same store, with a front door of its own as in another process."""
    numbers = iter(range(2, 100))

    def make() -> JobHouse:
        door = Intake(house.store, house.city, house.intake._answering)
        return dataclasses.replace(house, intake=door, worker=f'worker {next(numbers)}')

    return make
