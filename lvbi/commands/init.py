"""`lvbi init`: the store is created or migrated, the city's units are copied into it."""

from bot.content import operators, pack
from lvbi.commands.doing import do, tell
from lvbi.progress import progress
from lvbi.readiness import make_ready
from lvbi.settings import Settings
from storage.schema import needed_version


def init() -> None:
    """Create or migrate the store."""
    do(_init)


async def _init(settings: Settings) -> None:
    with progress() as step:
        step(1, 0)
        city = pack.load(settings.city)
        step(0, 1)
        found = await make_ready(settings, city, step)
    tell(lambda: [operators.initialised(found, needed_version(), len(city.units))])
