"""`lvbi reports list` and `show`."""

from functools import partial

import typer

from bot.content import operators, pack
from bot.content.quoting import quoted
from bot.content.reports import labels
from civic import audit
from civic.city import City
from civic.refusals import Refusal
from civic.reports.cases import Case, find_by_number, history
from civic.reports.exports import newest_reports
from civic.reports.numbers import Number, find_number, looks_like_number
from lvbi.commands.asked import Asked
from lvbi.commands.doing import do, worded
from lvbi.commands.tables import harmless, show_table
from lvbi.readiness import check_ready
from lvbi.settings import Settings
from lvbi.stores import open_store


def show_list(asked: Asked, limit: int) -> None:
    """List the newest reports that fit."""
    do(partial(_show_list, asked, limit))


async def _show_list(asked: Asked, limit: int, settings: Settings) -> None:
    city = pack.load(settings.city)
    wanted = asked.wanted(city)
    await check_ready(settings)
    async with open_store(settings) as store:
        async with store.read() as tx:
            rows = await newest_reports(tx, city, wanted, limit)
        async with store.begin() as noting:
            await audit.note(noting, None, 'list', 'reports', asked.unit or city.root, count=len(rows))
    with worded():
        lines = [
            (
                str(Number(city.prefix, row.year, row.serial)),
                labels.state(row.state),
                _category(city, row.category),
                labels.unit(city, row.unit_code),
                labels.moment(row.filed_at, city),
                row.owner or '—',
            )
            for row in rows
        ]
        if not lines:
            typer.echo(operators.no_reports(), err=True)  # a program that reads the table finds only its heads
        show_table(operators.report_columns(), lines)


def show(number: str) -> None:
    """Show one report."""
    do(partial(_show, number))


async def _show(text: str, settings: Settings) -> None:
    city = pack.load(settings.city)
    number = find_number(text)
    if number is None:
        raise Refusal('number_mistyped' if looks_like_number(text) else 'no_such_report', asked=text)
    await check_ready(settings)
    async with open_store(settings) as store, store.begin() as tx:
        try:
            case = await find_by_number(tx, city, number)
        except Refusal:
            raise Refusal('no_such_report', asked=str(number)) from None
        told = await history(tx, case.id)
        await audit.note(tx, None, 'show', 'report', case.id)
    from bot.content.reports.cases import event_line  # the list does not wait for what the chat needs

    with worded():
        typer.echo(
            harmless(
                '\n'.join([*_lines(case, city), '', *(event_line(one, case, city, for_staff=True) for one in told)])
            )
        )


def _lines(case: Case, city: City) -> list[str]:
    place = f'{case.lat}, {case.lon}' if case.lat is not None else ''
    return [
        f'{case.number} {_category(city, case.category)} · {labels.state(case.state)}',
        f'{labels.unit(city, case.unit_code)}  {place}'.rstrip(),
        *([quoted(case.place_words)] if case.place_words else []),
        labels.moment(case.filed_at, city),
        case.owner_name or '—',
        '',
        quoted(case.words or '—'),
    ]


def _category(city: City, code: str) -> str:
    """The label of a category; the code of one that a newer pack has dropped."""
    return labels.category(city, code) if city.find_category(code) else code
