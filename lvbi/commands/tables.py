"""Tables on the screen: aligned for people, tab-separated lines for programs; no control characters either way."""

import sys
from collections.abc import Iterable, Sequence

import typer


def show_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headers."""
    shown = [[one_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [headers, *shown]:
            typer.echo('\t'.join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*headers, box=box.SIMPLE_HEAD)
    for row in shown:
        table.add_row(*row)
    Console(markup=False, highlight=False, emoji=False).print(table)


def one_line(text: str) -> str:
    """Leave out what could steer a terminal: residents' words come from anybody."""
    return ' '.join(harmless(text).split())


def harmless(text: str) -> str:
    """Keep what can be printed, and line breaks."""
    return ''.join(sign for sign in text if sign.isprintable() or sign == '\n')
