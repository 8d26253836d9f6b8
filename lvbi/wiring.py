"""The house put together: every part is made here once, from the settings, and closed in reverse."""

import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.channels.web import WebChannel
from bot.content import pack
from bot.handlers import make_answering
from bot.intake import Channel, Intake
from civic.city import City
from civic.guesses import prepare_words
from civic.places import prepare_ground
from jobs.house import JobHouse
from lvbi.secret_key import secret_key
from lvbi.settings import Settings, SettingsWrong, Wrong
from lvbi.stores import open_media, open_store
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.store import Store
from web.house import WebHouse

CHANNELS = {'web': WebChannel}


@dataclass(frozen=True, slots=True)
class House:
    """All that a process of the house holds."""

    settings: Settings
    store: Store
    city: City
    intake: Intake
    channels: Mapping[tuple[str, int], Channel]
    web: WebHouse
    jobs: JobHouse


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open all parts. Raises Refusal, SettingsWrong, PackError, MediaUnreachable."""
    city = pack.load(settings.city)
    channels = open_channels(settings, city)
    prepare_ground(city)
    prepare_words(city)
    async with AsyncExitStack() as stack:
        media = open_media(settings)
        pictures = PictureRoom()
        stack.callback(pictures.close)
        store = await stack.enter_async_context(open_store(settings, lasting=True))
        yield _put_together(settings, store, city, media, pictures, channels)


def open_channels(settings: Settings, city: City) -> dict[str, WebChannel]:
    """Open exactly the channels of LVBI_CHANNELS, or else of the city's pack. Raises SettingsWrong."""
    names = settings.channels or city.channels
    where = 'LVBI_CHANNELS' if settings.channels else f'bot/content/{city.code}/city.toml, channels'
    for name in names:
        if name not in CHANNELS:
            raise SettingsWrong(Wrong(where, 'no_such_channel', {'value': name, 'choices': ', '.join(CHANNELS)}))
    return {name: CHANNELS[name]() for name in names}


def _put_together(
    settings: Settings,
    store: Store,
    city: City,
    media: MediaStore,
    pictures: PictureRoom,
    opened: Mapping[str, WebChannel],
) -> House:
    intake = Intake(store, city, make_answering(), flood_limit=settings.flood_per_minute)
    channels: dict[tuple[str, int], Channel] = {(one.name, one.bot): one for one in opened.values()}
    return House(
        settings=settings,
        store=store,
        city=city,
        intake=intake,
        channels=channels,
        web=WebHouse(
            store=store,
            intake=intake,
            channel=opened['web'],  # the only one there is, so it is always among them
            city=city,
            media=media,
            pictures=pictures,
            secret_key=secret_key(settings),
            public_url=settings.public_url,
            tile_url=settings.tile_url,
            tile_attribution=settings.tile_attribution,
        ),
        jobs=JobHouse(store=store, intake=intake, city=city, media=media, channels=channels, worker=worker_name()),
    )


def worker_name() -> str:
    """Name this process for leases: machine, process, and a random part for the next process of that number."""
    return f'{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}'
