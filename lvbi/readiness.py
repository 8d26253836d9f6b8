"""The store made ready: migrated under its lock, with the city's units; or refused when it is of another version."""

from functools import partial

from alembic.script import ScriptDirectory

from civic.city import City
from civic.refusals import Refusal
from civic.staff import copy_units
from lvbi.progress import Tell, tell_nobody
from lvbi.refused import reaching_the_store
from lvbi.settings import Settings
from lvbi.stores import open_store
from storage import schema


async def check_ready(settings: Settings) -> None:
    """Raise Refusal store_unreachable, store_empty, store_older or store_newer unless the store can be used as is."""
    found = await _found(settings)
    if found != schema.needed_version():
        raise _other_version(found)


async def make_ready(settings: Settings, city: City, tell: Tell = tell_nobody) -> str | None:
    """Migrate the store and copy the city's units into it; gives the version found before. `tell`s of each step.

    Two at once wait for each other. Raises Refusal store_unreachable, store_newer.
    """
    found = await _found(settings)
    if found is not None and found not in known_versions():
        raise _other_version(found)
    tell(schema.steps_from(found) + 1, 0)
    with reaching_the_store():
        await schema.migrate(settings.store_url, step_done=partial(tell, 0, 1))
    async with open_store(settings) as store, store.begin() as tx:
        await copy_units(tx, city)
    tell(0, 1)
    return found


def known_versions() -> set[str]:
    """List the schema versions that this program can migrate from, and its own."""
    return {step.revision for step in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()}


async def _found(settings: Settings) -> str | None:
    with reaching_the_store():
        return await schema.found_version(settings.store_url)


def _other_version(found: str | None) -> Refusal:
    if found is None:
        return Refusal('store_empty')
    code = 'store_older' if found in known_versions() else 'store_newer'
    return Refusal(code, found=found, needed=schema.needed_version())
