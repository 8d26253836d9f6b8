"""All rules over all files."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house_lint.breach import Breach
from tests.house_lint.doors import stray_doors
from tests.house_lint.house import PRODUCT, House, Module
from tests.house_lint.registrations import bad_registrations
from tests.house_lint.replies import lost_replies
from tests.house_lint.sentences import hidden_sentences
from tests.house_lint.sizes import too_long

SIZED = (*PRODUCT, 'tests', 'bench', 'deploy', 'docs')
# A migration is a record of tables, never read as a story and never changed.
RECORDS = 'storage/migrations/versions'


def breaches(root: Path) -> list[Breach]:
    """Every breach under the folder `root`, in the order of files and lines."""
    house = House(root)
    found = [
        breach
        for path in house.paths(SIZED)
        if RECORDS not in str(path)
        for breach in too_long(path, (root / path).read_text())
    ]
    found += [breach for module in house.modules(PRODUCT) for breach in stray_doors(house, module)]
    found += [breach for module in house.modules(('bot',)) for breach in in_conversation(house, module)]
    found += [breach for module in house.modules(('bot',)) for breach in hidden_sentences(module)]
    return sorted(set(found))


def in_conversation(house: House, module: Module) -> Iterator[Breach]:
    """The rules for code that runs while the write transaction is held."""
    for node in ast.walk(module.tree):
        yield from bad_registrations(house, module, node)
        yield from lost_replies(house, module, node)
