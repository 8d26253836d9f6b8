"""What the documents say is so: their commands exist, and their figures are those that were measured."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bench.__main__ import GROUPS
from bench.dialog import STEPS
from bench.doors import AT_ONCE, CONVERSATIONS
from lvbi.cli import commands as lvbi_commands

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(path.relative_to(ROOT) for place in ('*.md', 'docs/**/*.md') for path in ROOT.glob(place))
CODE = re.compile(r'^```.*?\n(.*?)^```|`([^`\n]+)`', re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r'^(?:\S*/)?(make|lvbi|python -m)((?: +[^\s#]+)*)')
WORD = re.compile(r'[a-z][a-z_.-]*(\|[a-z-]+)*')


def commands_in(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands in a document's code, each with the words behind it up to a comment."""
    for code in CODE.finditer(text):
        for line in (code[1] or code[2]).splitlines():
            if found := COMMAND.match(line.strip()):
                yield found[1], found[2].split()


def missing(program: str, words: list[str]) -> list[str]:
    """Those of the words that the program does not know."""
    if program == 'make':
        targets = set(re.findall(r'^([a-z-]+):', (ROOT / 'Makefile').read_text(), re.MULTILINE))
        return [word for word in words if WORD.fullmatch(word) and word not in targets]
    if program == 'lvbi':
        return missing_in(typer.main.get_command(lvbi_commands), words)
    return [word for word in words[:1] if importlib.util.find_spec(word) is None]


def missing_in(command: Any, words: list[str]) -> list[str]:
    """Follow the words through the tree of commands; options must be there, what else follows is an argument."""
    known = getattr(command, 'commands', None)
    if known is None:
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        return [word for word in words if word.startswith('-') and word.partition('=')[0] not in options]
    if not words or not WORD.fullmatch(words[0]):
        return []
    here = words[0].split('|')
    rest = words[1:] if len(here) == 1 else []
    return [word for name in here for word in (missing_in(known[name], rest) if name in known else [name])]


@pytest.mark.parametrize('document', DOCUMENTS, ids=str)
def test_every_command_in_a_document_exists(document: Path) -> None:
    found = list(commands_in((ROOT / document).read_text()))
    assert [(program, word) for program, words in found for word in missing(program, words)] == []


def test_a_command_that_does_not_exist_is_found() -> None:
    text = 'Run `make nonsense`, `lvbi reports burn`, `lvbi staff add X --rank 1` or\n'
    text += '```\n.venv/bin/python -m benchh  # a comment\n```\n'
    assert [word for program, words in commands_in(text) for word in missing(program, words)] == [
        'nonsense',
        'burn',
        '--rank',
        'benchh',
    ]


FIGURE = re.compile(r'\d[\d,]*(?:\.\d+)?')


def figures() -> dict[str, float]:
    """All figures of the last run by name."""
    groups = json.loads((ROOT / 'bench' / 'results' / 'latest.json').read_text())
    return {name: value for group in groups.values() for name, value in group['figures'].items()}


def rows(document: str) -> dict[str, list[str]]:
    """Name of a figure → the numbers of its row in the table under `make bench`, without what it aims at."""
    table = (ROOT / document).read_text().partition('| `make bench` |')[2].partition('\n\n')[0]
    cells = [line.split('|') for line in table.splitlines()[2:]]
    return {line[1].split('`')[1]: FIGURE.findall(line[2]) for line in cells}


def rounded(value: float, like: str) -> str:
    """A figure written with as many digits after the point as the document gives it."""
    return f'{value:,.{len(like.partition(".")[2])}f}'


@pytest.mark.parametrize('document', ['README.md', 'README.zh-CN.md'])
def test_the_figures_are_those_of_the_last_run(document: str) -> None:
    measured, found = figures(), rows(document)
    for name, numbers in found.items():
        values = [measured[name], *([measured[f'{name}_ratio']] if f'{name}_ratio' in measured else [])]
        assert numbers == [rounded(value, said) for value, said in zip(values, numbers, strict=True)], name
    assert {name for name in measured if name.startswith(('bare', 'intake')) and not name.endswith('_ratio')} <= set(
        found
    )


def test_both_languages_give_the_same_figures_and_make_bench_measures_them() -> None:
    assert rows('README.md') == rows('README.zh-CN.md')
    assert set(json.loads((ROOT / 'bench' / 'results' / 'latest.json').read_text())) == set(GROUPS)


def test_the_dialog_that_is_measured_is_the_one_that_is_described() -> None:
    words = {8: ('eight', '八')}[STEPS]
    english, chinese = (ROOT / 'README.md').read_text(), (ROOT / 'README.zh-CN.md').read_text()
    assert f'{words[0]} updates by {CONVERSATIONS} residents, {AT_ONCE} at once' in english
    assert f'{CONVERSATIONS} 位市民各提交一件完整的反映（{words[1]}次更新），{AT_ONCE} 人同时' in chinese
