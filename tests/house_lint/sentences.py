"""Sentences for people are written out in `_('…')`, where the catalogues find them."""

import ast
from collections.abc import Iterator

from tests.house_lint.breach import Breach
from tests.house_lint.house import Module

WRITE_OUT = 'Write the sentence out in _(…), outside any f-string: nowhere else do the catalogues find it'


def hidden_sentences(module: Module) -> Iterator[Breach]:
    """Every `_(…)` within an f-string, which Python before 3.12 does not look into."""
    for node in ast.walk(module.tree):
        match node:
            case ast.JoinedStr() if any(is_sentence(part) for part in ast.walk(node)):
                yield Breach(module.path, node.lineno, 'a sentence within an f-string', WRITE_OUT)


def is_sentence(node: ast.AST) -> bool:
    """Tell a call of `_` with an argument."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == '_' and bool(node.args)
