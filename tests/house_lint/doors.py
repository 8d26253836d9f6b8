"""Doors open transactions; nothing else does, so that one update, request or job run is one transaction."""

import ast
from collections.abc import Iterator

from tests.house_lint.breach import Breach
from tests.house_lint.house import House, Module, Thing

DOORS = ('bot/intake.py', 'bot/intake/', 'bot/channels/', 'web/', 'jobs/', 'lvbi/')
# The store itself begins on its engine; begin() on a store or turn() is a door's even there.
INSIDE = 'storage/'

TAKE_IT = 'Take the open transaction `tx` as an argument; only the front door, web, jobs and lvbi open one'


def stray_doors(house: House, module: Module) -> Iterator[Breach]:
    """Every `store.begin(…)` and `….turn(…)` in a file that is no door."""
    if module.path.startswith(DOORS):
        return
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr='begin' | 'turn') as func) if opens(house, module, func):
                yield Breach(module.path, node.lineno, f'a transaction is opened by {ast.unparse(func)}(…)', TAKE_IT)


def opens(house: House, module: Module, func: ast.Attribute) -> bool:
    """Outside the store whatever begins is a transaction, but functions of ours; inside only what a store begins."""
    if module.path.startswith(INSIDE):
        return func.attr == 'begin' and ast.unparse(func.value).split('.')[-1].endswith('store')
    return not isinstance(house.find(module, func), Thing)
