"""What runs while the store is locked must not go through a thread: aiogram sends there whatever is not async.

A bare magic filter, a bare state, a lambda, a plain `def` filter or handler costs about 120 µs in aiogram 3.31
(instead of 3–5), with the write transaction open. Whatever cannot be followed is refused, too.
"""

import ast
from collections.abc import Iterator

from aiogram import Router

from tests.house_lint.breach import Breach
from tests.house_lint.house import House, Module, Outside, Thing

OBSERVERS = {*Router().observers, 'errors', 'startup', 'shutdown'}
COMBINERS = {'and_f', 'or_f', 'invert_f'}
STATES = {'State', 'StatesGroup', 'any_state', 'default_state'}
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

WRAP_MAGIC = 'Use an async Filter of bot/handlers/filters.py, or write one there'
WRAP_STATE = 'Write StateFilter(…) around it'
WRITE_ASYNC = 'Write it as async def'
WRITE_FILTER = 'Write an async Filter class and put one of it here'
WRITE_PLAINLY = 'Write the filter or the handler out by its name'


def bad_registrations(house: House, module: Module, node: ast.AST) -> Iterator[Breach]:
    """The faults of one node of the tree: a decorated handler, another registration or a filter class."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from bad_handler(house, module, node)
        case ast.ClassDef():
            yield from plain_filter_class(house, module, node)
        case ast.Call():
            yield from bad_call(house, module, node)


def bad_handler(house: House, module: Module, node: FunctionNode) -> Iterator[Breach]:
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr=name)) if name in OBSERVERS:
                yield from bad_filters(house, module, decorator.args)
                if isinstance(node, ast.FunctionDef):
                    yield Breach(module.path, node.lineno, f'the handler {node.name} is a plain def', WRITE_ASYNC)


def plain_filter_class(house: House, module: Module, node: ast.ClassDef) -> Iterator[Breach]:
    if house.is_a(Thing(module, node), 'Filter'):
        for call in node.body:
            if isinstance(call, ast.FunctionDef) and call.name == '__call__':
                yield Breach(
                    module.path, call.lineno, f'the filter {node.name} has a plain def __call__', WRITE_ASYNC
                )


def bad_call(house: House, module: Module, node: ast.Call) -> Iterator[Breach]:
    """The faults of `router.message.register(…)`, `router.message.filter(…)` and `router.message(…)(handler)`."""
    match node.func:
        case ast.Attribute(attr='register', value=observer) if is_observer(observer):
            named = [keyword.value for keyword in node.keywords if keyword.arg == 'callback']
            callback, *filters = [*named, *node.args]
            yield from bad_callback(house, module, callback)
            yield from bad_filters(house, module, filters)
        case ast.Attribute(attr='filter', value=observer) if is_observer(observer):
            yield from bad_filters(house, module, node.args)
        case ast.Call(func=observer, args=filters) if is_observer(observer):
            yield from bad_callback(house, module, node.args[0])
            yield from bad_filters(house, module, filters)


def is_observer(node: ast.expr) -> bool:
    """Whether an expression is an observer, as `router.message` or a loop variable called `observer`."""
    match node:
        case ast.Attribute(attr=name):
            return name in OBSERVERS
        case ast.Name(id=name):
            return name == 'observer'
        case _:
            return False


def bad_callback(house: House, module: Module, node: ast.expr) -> Iterator[Breach]:
    if fault := handler_fault(house, module, node):
        yield Breach(module.path, node.lineno, f'{fault[0]} as a handler: {ast.unparse(node)}', fault[1])


def bad_filters(house: House, module: Module, filters: list[ast.expr]) -> Iterator[Breach]:
    for node in filters:
        if fault := filter_fault(house, module, node):
            yield Breach(module.path, node.lineno, f'{fault[0]} as a filter: {ast.unparse(node)}', fault[1])


def handler_fault(house: House, module: Module, node: ast.expr) -> tuple[str, str] | None:
    match house.find(module, node):
        case Thing(node=ast.AsyncFunctionDef()):
            return None
        case Thing(node=ast.Lambda()):
            return 'a lambda', WRITE_ASYNC
        case Thing(node=ast.FunctionDef()):
            return 'a plain def', WRITE_ASYNC
        case _:
            return 'something that cannot be followed', WRITE_PLAINLY


def filter_fault(house: House, module: Module, node: ast.expr) -> tuple[str, str] | None:
    """What is wrong with a filter, and what to do instead; None when it stays in the event loop."""
    if is_magic(house, module, node):
        return 'a bare magic filter', WRAP_MAGIC
    match node:
        case ast.UnaryOp(op=ast.Invert(), operand=inner):
            return filter_fault(house, module, inner)
        case ast.Call():
            return made_filter_fault(house, module, node)
    match house.find(module, node):
        case Thing(node=ast.AsyncFunctionDef()):
            return None
        case Thing(module=home, node=ast.Call() as call):
            return filter_fault(house, home, call)
        case found:
            return named_filter_fault(house, found)


def named_filter_fault(house: House, found: Thing | Outside | None) -> tuple[str, str]:
    match found:
        case Thing(node=ast.Lambda()):
            return 'a lambda', WRITE_FILTER
        case Thing(node=ast.FunctionDef()):
            return 'a plain def', WRITE_ASYNC
        case Thing() if house.is_a(found, 'StatesGroup'):
            return 'a bare StatesGroup', WRAP_STATE
        case Outside(name=name) if name.split('.')[-1] in STATES:
            return 'a bare State', WRAP_STATE
        case _:
            return 'something that cannot be followed', WRITE_PLAINLY


def made_filter_fault(house: House, module: Module, call: ast.Call) -> tuple[str, str] | None:
    """The fault of a filter made by a call: of our class, of aiogram's, or by CallbackData.filter(…)."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == 'filter':
        return None
    match house.find(module, call.func):
        case Outside(name=name) if name.split('.')[-1] in STATES:
            return 'a bare State', WRAP_STATE
        case Outside(name=name) if name.split('.')[-1] in COMBINERS:
            return next(filter(None, (filter_fault(house, module, one) for one in call.args)), None)
        case Outside(name=name) if name.startswith('aiogram.'):
            return None
        case Thing(node=ast.ClassDef()) as made if has_async_call(house, made):
            return None
        case _:
            return 'something that cannot be followed', WRITE_FILTER


def has_async_call(house: House, made: Thing) -> bool:
    """Whether objects of a class are filters that stay in the loop; without a `__call__` of ours aiogram's counts."""
    match house.find_in(made, '__call__'):
        case Thing(node=ast.AsyncFunctionDef()):
            return True
        case Thing():
            return False
        case _:
            return any(isinstance(house.find(made.module, base), Outside) for base in bases(made.node))


def bases(node: ast.AST) -> list[ast.expr]:
    return node.bases if isinstance(node, ast.ClassDef) else []


def is_magic(house: House, module: Module, node: ast.AST) -> bool:
    """Whether an expression grows out of `F` or MagicFilter(), under whatever name."""
    match node:
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.UnaryOp(operand=inner):
            return is_magic(house, module, inner)
        case ast.BinOp(left=left, right=right):
            return is_magic(house, module, left) or is_magic(house, module, right)
        case ast.Compare(left=left, comparators=others):
            return any(is_magic(house, module, one) for one in [left, *others])
        case ast.BoolOp(values=values):
            return any(is_magic(house, module, one) for one in values)
        case ast.Name() | ast.Attribute():
            return is_magic_name(house, module, node)
        case _:
            return False


def is_magic_name(house: House, module: Module, node: ast.Name | ast.Attribute) -> bool:
    match house.find(module, node):
        case Outside(name=name):
            return name.split('.')[-1] in {'F', 'MagicFilter'} or '.F.' in name
        case Thing(module=home, node=ast.expr() as value) if value is not node:
            return is_magic(house, home, value)
        case _:
            return isinstance(node, ast.Attribute) and is_magic(house, module, node.value)
