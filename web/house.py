"""What the web side holds, made once by whoever starts it."""

from dataclasses import dataclass

from bot.channels.telegram.ears import Ears
from bot.channels.web import WebChannel
from bot.intake import Intake
from civic.city import City
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.store import Store


@dataclass(frozen=True, slots=True)
class TelegramDoor:
    """Where Telegram posts updates: the path, who hears them, and the secret that it must show."""

    path: str
    ears: Ears
    secret: str


@dataclass(frozen=True)
class WebHouse:
    """The parts that pages, updates, photos and sockets need; `public_url` is the address people type, if known.

    `open_chat` tells whether the web chat is among the channels that are open.
    """

    store: Store
    intake: Intake
    channel: WebChannel
    city: City
    media: MediaStore
    pictures: PictureRoom
    secret_key: bytes
    public_url: str | None
    tile_url: str
    tile_attribution: str
    open_chat: bool = True
    telegram: TelegramDoor | None = None
