"""A handler returns what it says: nothing is spoken inside a turn, and nothing that was built may be dropped."""

import ast
from collections.abc import Iterator

from aiogram import Bot, methods, types

from tests.house_lint.breach import Breach
from tests.house_lint.house import House, Module, Outside

SPEAKING = ('answer', 'reply', 'edit', 'send', 'copy', 'forward')
# Channels speak for a living; theirs is the code that runs after the commit.
SPEAKERS = 'bot/channels/'
HEARD = {'message', 'msg', 'query', 'callback', 'callback_query', 'event'}

RETURN_IT = 'Return it: the door keeps it with the turn, commits, and then says it'
DO_NOT_AWAIT = 'Return the method without await: the door keeps it with the turn, commits, and then says it'


def shortcuts() -> set[str]:
    """The names by which aiogram's types build a method, as Message.answer does, and the Bot sends one."""
    kinds = [kind for name in types.__all__ if isinstance(kind := getattr(types, name), type)]
    built = {name for kind in kinds for name, value in vars(kind).items() if builds_method(value)}
    return built | {name for name in vars(Bot) if name.startswith(SPEAKING)}


def builds_method(value: object) -> bool:
    return str(getattr(value, '__annotations__', {}).get('return')) in methods.__all__


SHORTCUTS = shortcuts()


def lost_replies(house: House, module: Module, node: ast.AST) -> Iterator[Breach]:
    """A method awaited, or built in a statement that leads nowhere."""
    if module.path.startswith(SPEAKERS):
        return
    match node:
        case ast.Await(value=ast.Call() as call) if is_method(house, module, call):
            yield Breach(module.path, node.lineno, f'spoken inside a turn: {ast.unparse(call.func)}', DO_NOT_AWAIT)
        case ast.Expr(value=ast.Call() as call) if is_method(house, module, call):
            yield Breach(module.path, node.lineno, f'built and not returned: {ast.unparse(call.func)}', RETURN_IT)


def is_method(house: House, module: Module, call: ast.Call) -> bool:
    """Whether a call builds a Bot API method; a verb of ours that takes the transaction does not."""
    match house.find(module, call.func), call.func:
        case Outside(name=name), _:
            return name.startswith('aiogram.methods.')
        case None, ast.Attribute(attr=name, value=owner) if name in SHORTCUTS and not takes_transaction(call):
            return name.startswith(SPEAKING) or ast.unparse(owner).split('.')[-1] in HEARD
        case _:
            return False


def takes_transaction(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(value, ast.Name) and value.id == 'tx' for value in given)
