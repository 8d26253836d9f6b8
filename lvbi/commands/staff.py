"""`lvbi staff …`: add, list, remove, renew a code."""

from functools import partial
from typing import Any

from sqlalchemy import Row

from bot.content import operators, pack
from bot.content.reports import labels
from civic import staff
from civic.city import City
from civic.people import ROLES
from civic.refusals import Refusal
from civic.words import taken_in
from lvbi.addresses import chat_link, code_link
from lvbi.commands.doing import do, tell, worded
from lvbi.commands.tables import show_table
from lvbi.commands.units import find_unit
from lvbi.readiness import check_ready
from lvbi.settings import Settings
from lvbi.stores import open_store

LONGEST_NAME = 60


def add(name: str, role: str, unit: str) -> None:
    """Add a staff member and print the way in."""
    do(partial(_add, name.strip(), role.strip().lower(), unit.strip()))


def show_all() -> None:
    """List the staff."""
    do(_show_all)


def remove(number: int) -> None:
    """End a staff member's rights."""
    do(partial(_remove, number))


def renew(number: int) -> None:
    """Give a staff member a new way in."""
    do(partial(_renew, number))


async def _add(name: str, role: str, unit_code: str, settings: Settings) -> None:
    if not taken_in(name) or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal('name_needed')
    if role not in ROLES:
        raise Refusal('no_such_role', roles=', '.join(ROLES))
    city = pack.load(settings.city)
    unit = find_unit(city, unit_code)
    await check_ready(settings)
    async with open_store(settings) as store, store.begin() as tx:
        member, code = await staff.add_staff(tx, city, name, role, unit.code)
    _say_way_in(settings, member, code)


async def _show_all(settings: Settings) -> None:
    city = pack.load(settings.city)
    await check_ready(settings)
    async with open_store(settings) as store, store.read() as tx:
        rows = await staff.list_staff(tx)
    with worded():
        show_table(operators.staff_columns(), [_line(row, city) for row in rows])


def _line(row: Row[Any], city: City) -> tuple[str, ...]:
    since = labels.moment(row.signed_in_at, city) if row.signed_in_at else '—'
    unit = f'{row.unit_code} {labels.unit(city, row.unit_code)}'
    return str(row.id), row.name, row.role, unit, since


async def _remove(number: int, settings: Settings) -> None:
    await check_ready(settings)
    async with open_store(settings) as store, store.begin() as tx:
        await _check_member(tx, number)
        await staff.remove_staff(tx, number)
    tell(lambda: [operators.member_removed(number)])


async def _renew(number: int, settings: Settings) -> None:
    await check_ready(settings)
    async with open_store(settings) as store, store.begin() as tx:
        await _check_member(tx, number)
        code = await staff.renew_code(tx, number)
    _say_way_in(settings, number, code)


async def _check_member(tx: Any, number: int) -> None:
    """Raise Refusal no_such_member: the chat's own sentence speaks of a case."""
    try:
        await staff.get_staff(tx, number)
    except Refusal:
        raise Refusal('no_such_member', asked=number) from None


def _say_way_in(settings: Settings, member: int, code: str) -> None:
    tell(lambda: operators.member_added(member, code, code_link(chat_link(settings), code)))
