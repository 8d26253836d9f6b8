"""What the jobs work with, put together once by lvbi/."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.intake import Channel, Intake
from bot.intake.files import Fetch
from civic.city import City
from storage.media import MediaStore
from storage.pictures import PictureRoom
from storage.store import Store


@dataclass(frozen=True)
class JobHouse:
    """The store, the front door whose order the jobs keep, the files, the channels by (name, bot), room for pictures.

    `fetch` gets the files that a channel's platform keeps, by the same (name, bot).
    `worker` names this process among all that work on the same store; no two alike.
    """

    store: Store
    intake: Intake
    city: City
    media: MediaStore
    channels: Mapping[tuple[str, int], Channel]
    worker: str
    pictures: PictureRoom
    fetch: Mapping[tuple[str, int], Fetch]
