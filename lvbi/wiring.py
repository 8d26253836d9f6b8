"""The house put together: every part is made here once, from the settings, and closed in reverse."""

import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from bot.channels.telegram.downloads import fetch
from bot.channels.telegram.wire import Wire
from bot.channels.web import WebChannel
from bot.content import pack
from bot.handlers import make_answering
from bot.intake import Channel, Intake
from civic.city import City
from civic.guesses import prepare_words
from civic.places import prepare_ground
from jobs.house import JobHouse
from lvbi.faults import arm_by_environment
from lvbi.secret_key import secret_key
from lvbi.settings import CHANNELS, Settings, SettingsWrong, Wrong
from lvbi.stores import open_media, open_store
from lvbi.telegram import Telegram, make_telegram, make_wire, webhook_path
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.store import Store
from web.house import TelegramDoor, WebHouse


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
    telegram: Telegram | None


@dataclass(frozen=True, slots=True)
class Parts:
    """What the house is put together from, beside its store."""

    settings: Settings
    city: City
    media: MediaStore
    pictures: PictureRoom


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open all parts. Raises Refusal, SettingsWrong, PackError, MediaUnreachable."""
    arm_by_environment()
    city = pack.load(settings.city)
    names = channel_names(settings, city)
    prepare_ground(city)
    prepare_words(city)
    async with AsyncExitStack() as stack:
        parts = Parts(settings, city, open_media(settings), PictureRoom())
        stack.callback(parts.pictures.close)
        wire = make_wire(settings) if 'telegram' in names else None
        if wire is not None:
            stack.push_async_callback(wire.close)
        store = await stack.enter_async_context(open_store(settings, lasting=True))
        house = _put_together(parts, store, names, wire)
        if house.telegram is not None:
            stack.push_async_callback(house.telegram.delivery.close)
        yield house


def channel_names(settings: Settings, city: City) -> tuple[str, ...]:
    """Name exactly the channels of LVBI_CHANNELS, or those of the city's pack and Telegram where it has a token.

    Raises SettingsWrong.
    """
    with_token = ('telegram',) if settings.telegram_token is not None else ()
    names = settings.channels or tuple(dict.fromkeys((*city.channels, *with_token)))
    where = 'LVBI_CHANNELS' if settings.channels else f'bot/content/{city.code}/city.toml, channels'
    for name in names:
        if name not in CHANNELS:
            raise SettingsWrong(Wrong(where, 'no_such_channel', {'value': name, 'choices': ', '.join(CHANNELS)}))
    return names


def _put_together(parts: Parts, store: Store, names: tuple[str, ...], wire: Wire | None) -> House:
    key, worker = secret_key(parts.settings), worker_name()
    intake = Intake(store, parts.city, make_answering(), flood_limit=parts.settings.flood_per_minute)
    telegram = make_telegram(parts.settings, wire, intake, parts.media, key, worker) if wire is not None else None
    web = _web_house(parts, intake, key, telegram, open_chat='web' in names)
    opened: list[Channel] = [*([web.channel] if web.open_chat else []), *([telegram.channel] if telegram else [])]
    channels = {(one.name, one.bot): one for one in opened}
    return House(
        settings=parts.settings,
        store=store,
        city=parts.city,
        intake=intake,
        channels=channels,
        web=web,
        jobs=JobHouse(
            store=store,
            intake=intake,
            city=parts.city,
            media=parts.media,
            channels=channels | ({('telegram', telegram.delivery.bot): telegram.delivery} if telegram else {}),
            worker=worker,
            pictures=parts.pictures,
            fetch={('telegram', telegram.channel.bot): partial(fetch, telegram.channel)} if telegram else {},
        ),
        telegram=telegram,
    )


def _web_house(parts: Parts, intake: Intake, key: bytes, telegram: Telegram | None, *, open_chat: bool) -> WebHouse:
    settings = parts.settings
    return WebHouse(
        store=intake.store,
        intake=intake,
        channel=WebChannel(),
        open_chat=open_chat,
        city=parts.city,
        media=parts.media,
        pictures=parts.pictures,
        secret_key=key,
        public_url=settings.public_url,
        tile_url=settings.tile_url,
        tile_attribution=settings.tile_attribution,
        telegram=_telegram_door(telegram),
    )


def _telegram_door(telegram: Telegram | None) -> TelegramDoor | None:
    if telegram is None or telegram.webhook is None:
        return None
    return TelegramDoor(webhook_path(telegram.channel.bot), telegram.ears, telegram.webhook.secret)


def worker_name() -> str:
    """Name this process for leases: machine, process, and a random part for the next process of that number."""
    return f'{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}'
