"""Doors open transactions; nothing else does, so that one update, request or job run is one transaction."""

import ast
from collections.abc import Iterator

from tests.house_lint.breach import Breach
from tests.house_lint.house import Module

DOORS = ('bot/intake.py', 'bot/intake/', 'bot/channels/', 'web/', 'jobs/', 'lvbi/')
# The store itself begins on its engine; begin() on a store or turn() is a door's even there.
INSIDE = 'storage/'

TAKE_IT = 'Take the open transaction `tx` as an argument; only the front door, web, jobs and lvbi open one'


def stray_doors(module: Module) -> Iterator[Breach]:
    """Every `store.begin(…)` and `….turn(…)` in a file that is no door."""
    if module.path.startswith(DOORS):
        return
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr='begin' | 'turn' as name, value=owner)) if opens(
                module, owner, name
            ):
                what = f'a transaction is opened by {ast.unparse(node.func)}(…)'
                yield Breach(module.path, node.lineno, what, TAKE_IT)


def opens(module: Module, owner: ast.expr, name: str) -> bool:
    """Outside the store whatever begins is a transaction; inside only what begins on a store is."""
    if not module.path.startswith(INSIDE):
        return True
    return name == 'begin' and ast.unparse(owner).split('.')[-1].endswith('store')
