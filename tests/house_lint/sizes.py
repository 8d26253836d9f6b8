"""Small files and functions; there is no list of exceptions."""

import ast
from collections.abc import Iterator

from tests.house_lint.breach import Breach

FILE = 250
TEST_FILE = 400
FUNCTION = 25

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(path: str, text: str) -> Iterator[Breach]:
    """The file when it has too many lines, and its functions whose bodies have; test functions may be long."""
    is_test = path.startswith('tests/')
    lines, most = len(text.splitlines()), TEST_FILE if is_test else FILE
    if lines > most:
        instead = 'Make a package of the same name out of it, one noun a file'
        yield Breach(path, 1, f'the file has {lines} lines, {most} are allowed', instead)
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, FunctionNode) and not (is_test and node.name.startswith('test_')):
            yield from too_long_function(path, node)


def too_long_function(path: str, node: FunctionNode) -> Iterator[Breach]:
    lines = body_lines(node)
    if lines > FUNCTION:
        what = f'the function {node.name} has {lines} lines, {FUNCTION} are allowed'
        yield Breach(path, node.lineno, what, 'Give a part of it a name of its own')


def body_lines(node: FunctionNode) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
