"""`lvbi run`, `serve` and `jobs`: processes that last."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.content import operators, pack
from bot.content.language import reader
from civic.city import City
from civic.refusals import Refusal
from jobs import timetable
from lvbi import serving
from lvbi.addresses import chat_link, code_link
from lvbi.alone import alone
from lvbi.commands.doing import do, tell
from lvbi.first_admin import first_admin_code
from lvbi.readiness import check_ready, make_ready
from lvbi.settings import Settings
from lvbi.wiring import House, open_house
from storage import leases
from web.app import make_app


def run() -> None:
    """Start everything in one process and print where to click."""
    do(_run)


def serve() -> None:
    """Answer HTTP only."""
    do(partial(_one_of_several, 'serve', _serve))


def jobs() -> None:
    """Do the jobs only."""
    do(partial(_one_of_several, 'jobs', _jobs))


async def _run(settings: Settings) -> None:
    with alone(settings.sqlite_path), serving.listen(settings) as taken:
        await serving.until_told(_everything(settings, taken))


async def _everything(settings: Settings, taken: socket.socket) -> None:
    await make_ready(settings, pack.load(settings.city))
    async with open_house(settings) as house:
        if settings.sqlite_path is not None:
            async with house.store.begin() as tx:
                await leases.end_all(tx)
        open_at = await _doors(house, taken)
        code = await first_admin_code(house.store, house.city)
        async with serving.working(jobs=partial(timetable.run, house.jobs), **_listening(house)):
            await _answer(house, taken, partial(_say_where, house, open_at, code))
        await serving.flush_marks(house.intake)


async def _one_of_several(command: str, work: Any, settings: Settings) -> None:
    if settings.sqlite_path is not None:
        raise Refusal('needs_postgres', command=f'lvbi {command}')
    await check_ready(settings)
    await work(settings)


async def _serve(settings: Settings) -> None:
    with serving.listen(settings) as taken:
        await serving.until_told(_http_only(settings, taken))


async def _http_only(settings: Settings, taken: socket.socket) -> None:
    async with open_house(settings) as house:
        open_at = await _doors(house, taken)
        async with serving.working(**_listening(house)):
            await _answer(house, taken, partial(_say_where, house, open_at, None))
        await serving.flush_marks(house.intake)


@dataclass(frozen=True, slots=True)
class Doors:
    """Where people find us: the chat's address, the bot's name; None for what is not open."""

    chat: str | None
    bot: str | None


async def _doors(house: House, taken: socket.socket) -> Doors:
    """Find out where we can be found. Raises Refusal telegram_token_refused."""
    chat = chat_link(house.settings, taken.getsockname()[1]) if house.web.open_chat else None
    return Doors(chat, await house.telegram.ask_name() if house.telegram else None)


def _listening(house: House) -> dict[str, Callable[[], Awaitable[None]]]:
    """Name the endless work of whoever hears updates."""
    work: dict[str, Callable[[], Awaitable[None]]] = {'marks': house.intake.marks.run}
    return work | ({'telegram': house.telegram.listen} if house.telegram is not None else {})


async def _jobs(settings: Settings) -> None:
    await serving.until_told(_jobs_only(settings))


async def _jobs_only(settings: Settings) -> None:
    async with open_house(settings) as house:
        tell(lambda: [operators.jobs_running(_name(house.city))])
        try:
            async with serving.working(marks=house.intake.marks.run):
                await serving.kept_going('jobs', partial(timetable.run, house.jobs))
        finally:
            await serving.flush_marks(house.intake)


async def _answer(house: House, taken: socket.socket, ready: Callable[[], None]) -> None:
    """Serve HTTP; `ready` says where to click once it can be clicked."""
    await serving.serve(serving.make_server(make_app(house.web), house.settings, ready), taken)


def _say_where(house: House, doors: Doors, code: str | None) -> None:
    tell(lambda: operators.running(_name(house.city), doors.chat, doors.bot))
    if code is not None:
        link = code_link(doors.chat, code) if doors.chat else f'/start {code}'
        tell(lambda: [operators.first_admin(link)])


def _name(city: City) -> str:
    return city.name.at(reader())
