"""The command line: signatures and help only; what a command needs is imported when it is run."""

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException
from typer.main import get_command

commands = typer.Typer(
    help='Lvbi: a chat with which the people of a city look after their environment.',
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help answers in half the time
    pretty_exceptions_enable=False,
)
staff = typer.Typer(help='Who works where, and their one-time sign-in codes.', no_args_is_help=True)
reports = typer.Typer(help='List, show and export reports.', no_args_is_help=True)
commands.add_typer(staff, name='staff')
commands.add_typer(reports, name='reports')

Unit = Annotated[str | None, typer.Option(metavar='CODE', help='Only this unit and all below it.')]
States = Annotated[
    list[str] | None, typer.Option('--state', metavar='STATE', help='Only this state; may be repeated.')
]
Categories = Annotated[
    list[str] | None, typer.Option('--category', metavar='CODE', help='Only this category; may be repeated.')
]
Since = Annotated[str | None, typer.Option(metavar='DAY', help='Filed on this day or later: 2026-11-21.')]
Until = Annotated[str | None, typer.Option(metavar='DAY', help='Filed on this day or earlier.')]


@commands.command()
def run() -> None:
    """Start everything and print where to click."""
    from lvbi.commands import house

    house.run()


@commands.command()
def serve() -> None:
    """Answer HTTP only (PostgreSQL)."""
    from lvbi.commands import house

    house.serve()


@commands.command()
def jobs() -> None:
    """Do the background work only (PostgreSQL)."""
    from lvbi.commands import house

    house.jobs()


@commands.command()
def init() -> None:
    """Create or migrate the store."""
    from lvbi.commands import init

    init.init()


@commands.command()
def doctor() -> None:
    """Check everything and say what to do.

    Ends with 1 when something is wrong.
    """
    from lvbi.commands import doctor

    if not doctor.doctor():
        raise typer.Exit(1)


@commands.command()
def replay(
    reference: Annotated[str, typer.Argument(metavar='REF', help='As the resident was told: E-7K3Q9M2X.')],
) -> None:
    """Hear a dead letter once more.

    For when its fault was mended; a second time changes nothing.
    """
    from lvbi.commands import replay

    replay.replay(reference)


@staff.command('add')
def staff_add(
    name: Annotated[str, typer.Argument(metavar='NAME', help='As colleagues and reporters will read it.')],
    role: Annotated[str, typer.Option(metavar='ROLE', help='viewer, grid, handler, supervisor or admin.')],
    unit: Annotated[str, typer.Option(metavar='CODE', help="The unit's code; they see it and all below it.")],
) -> None:
    """Add a staff member.

    Prints a link and a code that work once, within 24 hours.
    """
    from lvbi.commands import staff

    staff.add(name, role, unit)


@staff.command('list')
def staff_list() -> None:
    """List the staff with their numbers."""
    from lvbi.commands import staff

    staff.show_all()


@staff.command('remove')
def staff_remove(number: Annotated[int, typer.Argument(metavar='ID', help='See: lvbi staff list.')]) -> None:
    """End somebody's rights at once."""
    from lvbi.commands import staff

    staff.remove(number)


@staff.command('code')
def staff_code(number: Annotated[int, typer.Argument(metavar='ID', help='See: lvbi staff list.')]) -> None:
    """Give a staff member a new link and code.

    An earlier one that nobody used ends.
    """
    from lvbi.commands import staff

    staff.renew(number)


@reports.command('list')
def reports_list(
    unit: Unit = None,
    state: States = None,
    category: Categories = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help='At most so many, the newest first.')] = 30,
) -> None:
    """List reports, the newest first."""
    from lvbi.commands import reports
    from lvbi.commands.asked import Asked

    reports.show_list(Asked(unit, state or (), category or (), since, until), limit)


@reports.command('show')
def reports_show(number: Annotated[str, typer.Argument(help='Such as SX26-000123-K.')]) -> None:
    """Show one report with its history.

    With the words of its reporter; the audit log notes that it was shown.
    """
    from lvbi.commands import reports

    reports.show(number)


@reports.command('export')
def reports_export(  # noqa: PLR0913 - the options of a command are its signature
    unit: Unit = None,
    state: States = None,
    category: Categories = None,
    since: Since = None,
    until: Until = None,
    form: Annotated[
        str | None, typer.Option('--format', metavar='FORM', help='csv, xlsx or geojson; else by the file name.')
    ] = None,
    output: Annotated[
        str | None, typer.Option('--output', '-o', metavar='FILE', help='The file to write; else standard output.')
    ] = None,
    force: Annotated[bool, typer.Option('--force', help='Replace a file that is there.')] = False,
    with_words: Annotated[bool, typer.Option('--with-words', help='With what the reporters wrote.')] = False,
    exact: Annotated[bool, typer.Option('--exact', help='With exact places: else 3 decimals, about 100 m.')] = False,
    bom: Annotated[bool | None, typer.Option('--bom/--no-bom', help='CSV for Excel; else files only.')] = None,
) -> None:
    """Export reports as CSV, XLSX or GeoJSON.

    Oldest first; without words and exact places unless asked for.
    """
    from lvbi.commands import exporting
    from lvbi.commands.asked import Asked

    wish = exporting.Wish(form=form, output=output, force=force, words=with_words, exact=exact, bom=bom)
    exporting.export(Asked(unit, state or (), category or (), since, until), wish)


def app() -> None:
    """Run a command and end the process: 0 done, 1 something is wrong, 2 refused in one line on stderr."""
    try:
        ended = get_command(commands).main(prog_name='lvbi', standalone_mode=False)
    except TyperException as error:
        _complain(_mistake(error))
        ended = error.exit_code
    except Exception as error:
        ended = _refused(error)
    sys.exit(ended if isinstance(ended, int) else 0)


def _mistake(error: TyperException) -> list[str]:
    """One line on what was typed; the help where nothing was."""
    said, context = error.format_message(), getattr(error, 'ctx', None)
    if said.startswith('Usage:'):
        return said.splitlines()
    return [f'{context.command_path if context else "lvbi"}: {" ".join(said.split())}']


def _refused(error: Exception) -> int:
    from lvbi.logs import report_fault
    from lvbi.refused import lines_of

    lines = lines_of(error)
    if lines is None:
        report_fault(error)
        return 1
    _complain(lines)
    return 2


def _complain(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line, err=True)
