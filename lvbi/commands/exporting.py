"""`lvbi reports export`: reports from the store to a file, row by row."""

import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from bot.content import operators, pack
from civic import audit
from civic.city import City
from civic.refusals import Refusal
from civic.reports.exports import Line, Shown, Wanted, count_reports, stream_reports
from lvbi.commands.asked import Asked
from lvbi.commands.doing import do, worded
from lvbi.exports.csv import CsvWriter, write_mark
from lvbi.exports.geojson import GeojsonWriter
from lvbi.exports.target import target
from lvbi.exports.writer import Writer
from lvbi.exports.xlsx import XlsxWriter
from lvbi.progress import Tell, progress
from lvbi.readiness import check_ready
from lvbi.refused import operators_locale
from lvbi.settings import Settings
from lvbi.stores import open_store
from storage.store import Store

WRITERS: dict[str, type[Writer]] = {'csv': CsvWriter, 'xlsx': XlsxWriter, 'geojson': GeojsonWriter}


@dataclass(frozen=True, slots=True)
class Wish:
    """How the export should look and where it goes, as the options say."""

    form: str | None = None
    output: str | None = None
    force: bool = False
    words: bool = False
    exact: bool = False
    bom: bool | None = None

    def writer(self) -> str:
        """Name the form: as asked, else by the file's name, else CSV. Raises Refusal."""
        if self.output is None:
            form = (self.form or 'csv').lower()
        else:
            form = (self.form or Path(self.output).suffix.lstrip('.') or 'csv').lower()
        if form not in WRITERS:
            raise Refusal('file_form_unknown', path=self.output or self.form)
        if form == 'xlsx' and self.output is None and sys.stdout.isatty():
            raise Refusal('terminal_gets_no_xlsx')
        return form


def export(asked: Asked, wish: Wish) -> None:
    """Write the reports that fit."""
    do(partial(_export, asked, wish))


async def _export(asked: Asked, wish: Wish, settings: Settings) -> None:
    city = pack.load(settings.city)
    wanted, form = asked.wanted(city), wish.writer()
    await check_ready(settings)
    async with open_store(settings) as store:
        count = await write_reports(store, city, wanted, wish, form)
        async with store.begin() as tx:
            facts = {'count': count, 'form': form, 'words': wish.words, 'exact': wish.exact}
            await audit.note(tx, None, 'export', 'reports', asked.unit or city.root, **facts)
    if wish.output is not None:
        with worded():
            typer.echo(operators.exported(count, wish.output), err=True)


async def write_reports(store: Store, city: City, wanted: Wanted, wish: Wish, form: str) -> int:
    """Write what fits to where it goes, in constant memory; gives how many. Raises Refusal."""
    shown = Shown(locale=operators_locale(), words=wish.words, exact=wish.exact)
    with target(wish.output, force=wish.force) as file:
        if form == 'csv' and (wish.output is not None if wish.bom is None else wish.bom):
            write_mark(file)
        with closing(WRITERS[form](file, shown.columns)) as writer:
            async with store.read() as tx:
                with progress() as tell:
                    tell(await count_reports(tx, city, wanted), 0)
                    count = await _write_lines(writer, stream_reports(tx, city, wanted, shown), tell)
            writer.finish()
    return count


async def _write_lines(writer: Writer, lines: AsyncGenerator[Line, None], tell: Tell) -> int:
    count = 0
    async with aclosing(lines):
        async for line in lines:
            writer.write(line)
            tell(0, 1)
            count += 1
    return count
