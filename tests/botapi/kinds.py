"""Checks of values by the types of the published description; each type is compiled once."""

import re
import types
import typing
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from selfrot.types import InputFile
from selfrot.types import generated as objects

from tests.botapi.limits import Check, limited, limits_of
from tests.botapi.refusals import Refused, bad

Shape = type[BaseModel]


class Upload(typing.NamedTuple):
    """A file that came in a part of the request."""

    filename: str
    data: bytes


def wrong(where: str, wanted: str, value: Any) -> Refused:
    """A value of another type than the published one."""
    return bad(f'{where} must be {wanted}, not {str(value)[:60]!r}')


def members(kind: Any) -> tuple[Any, ...]:
    """The types that may stand here: those of a union, without None and without what only tools need."""
    if isinstance(kind, str | typing.ForwardRef):
        return members(getattr(objects, str(getattr(kind, '__forward_arg__', kind))))
    if hasattr(kind, '__value__'):
        return members(kind.__value__)
    if (origin := typing.get_origin(kind)) is typing.Annotated:
        return members(typing.get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        return tuple(one for arg in typing.get_args(kind) for one in members(arg))
    return () if kind is type(None) else (kind,)


def is_structured(kind: Any) -> bool:
    """Whether a value is an object or a list, which travels in forms as JSON text."""
    return not {str, int, float, bool, InputFile} & set(members(kind))


def check_of(kind: Any) -> Check:
    """The check of a type as it stands in an annotation."""
    return _check_of_one_of(members(kind))


@cache
def _check_of_one_of(kinds: tuple[Any, ...]) -> Check:
    if len(kinds) == 1:
        return _check_of_one(kinds[0])
    if all(_is_shape(kind) for kind in kinds):
        return _which_shape(kinds)
    if all(typing.get_origin(kind) is list for kind in kinds):  # An album may mix photos and videos.
        return _list(_check_of_one_of(tuple(typing.get_args(kind)[0] for kind in kinds)))
    return _first_fitting(sorted(kinds, key=lambda kind: kind is str))


def _check_of_one(kind: Any) -> Check:
    if kind in SCALARS:
        return SCALARS[kind]
    if _is_shape(kind):
        return _object(kind)
    args = typing.get_args(kind)
    if typing.get_origin(kind) is Literal:
        return _exactly(args)
    assert typing.get_origin(kind) is list, kind
    return _list(check_of(args[0]))


def _is_shape(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _whole(value: Any, where: str) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip('-').isdecimal():
        return int(value)
    raise wrong(where, 'a whole number', value)


def _number(value: Any, where: str) -> Any:
    try:
        if not isinstance(value, bool):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise wrong(where, 'a number', value)


def _text(value: Any, where: str) -> Any:
    if isinstance(value, str):
        return value
    raise wrong(where, 'a text', value)


TRUTHS = {'true': True, 'false': False, '1': True, '0': False}


def _truth(value: Any, where: str) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in TRUTHS:
        return TRUTHS[value.lower()]
    raise wrong(where, 'true or false', value)


def _file(value: Any, where: str) -> Any:
    if isinstance(value, Upload) or (isinstance(value, str) and value.startswith('attach://')):
        return value
    raise wrong(where, 'a file', value)


SCALARS: dict[Any, Check] = {int: _whole, float: _number, str: _text, bool: _truth, InputFile: _file}


def _exactly(allowed: tuple[Any, ...]) -> Check:
    def check(value: Any, where: str) -> Any:
        if value not in allowed:
            raise wrong(where, ' or '.join(map(repr, allowed)), value)
        return value

    return check


def _list(check: Check) -> Check:
    def read(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise wrong(where, 'a list', value)
        return [check(one, f'{where}[{at}]') for at, one in enumerate(value)]

    return read


@cache
def _fields(shape: Shape) -> tuple[dict[str, Check], frozenset[str]]:
    """The checks of an object's fields, and the names of those that must be there."""
    hints = typing.get_type_hints(shape)
    limits = limits_of(objects)
    checks = {
        (field.alias or name): limited(check_of(hints[name]), limits.get((shape.__name__, name)))
        for name, field in shape.model_fields.items()
    }
    return checks, frozenset(_required(shape, hints))


def _required(shape: Shape, hints: dict[str, Any]) -> Iterator[str]:
    """A constant such as `type: "photo"` has a default in the library; Telegram wants it written."""
    for name, field in shape.model_fields.items():
        if field.is_required() or typing.get_origin(hints[name]) is Literal:
            yield field.alias or name


def _object(shape: Shape) -> Check:
    """An object of one type; its fields are compiled when the first one comes, for types that hold themselves."""

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise wrong(where, f'a {shape.__name__}', value)
        checks, required = _fields(shape)
        if missing := required - value.keys():
            raise bad(f'{where} ({shape.__name__}) has no "{min(missing)}"')
        if unknown := value.keys() - checks.keys():
            raise bad(f'{where} ({shape.__name__}) has no field "{min(unknown)}"')
        done = {name: checks[name](one, f'{where}.{name}') for name, one in value.items() if one is not None}
        RULES.get(shape, _no_rule)(done, where)
        return done

    return read


def _which_shape(shapes: tuple[Shape, ...]) -> Check:
    """One of several objects: the first whose required fields are all there and whose constants fit."""
    checks = [(shape, _object(shape)) for shape in shapes]

    def read(value: Any, where: str) -> Any:
        for shape, check in checks:
            if isinstance(value, dict) and _may_be(shape, value):
                return check(value, where)
        raise wrong(where, ' or '.join(f'a {shape.__name__}' for shape in shapes), value)

    return read


def _may_be(shape: Shape, value: dict[str, Any]) -> bool:
    _, required = _fields(shape)
    return required <= value.keys() and all(value[name] in allowed for name, allowed in _constants(shape).items())


@cache
def _constants(shape: Shape) -> dict[str, tuple[Any, ...]]:
    hints = typing.get_type_hints(shape).items()
    return {name: typing.get_args(hint) for name, hint in hints if typing.get_origin(hint) is Literal}


def _first_fitting(kinds: list[Any]) -> Check:
    checks = [check_of(kind) for kind in kinds]

    def read(value: Any, where: str) -> Any:
        faults = []
        for check in checks:
            try:
                return check(value, where)
            except Refused as fault:
                faults.append(fault)
        raise max(faults, key=lambda fault: len(str(fault)))

    return read


# "HTTP or tg:// URL"; a host needs a dot, so localhost is none.
ADDRESS = re.compile(r'tg://|https?://([\w-]+\.)+[\w-]+([:/?#]|$)')
BESIDE_THE_ACTION = {'text', 'icon_custom_emoji_id', 'style'}


def _one_action(button: dict[str, Any], where: str) -> None:
    """ "Exactly one of the fields other than text, icon_custom_emoji_id, and style must be used" (Bot API)."""
    if len(button.keys() - BESIDE_THE_ACTION) != 1:
        raise bad(f'{where} has no exactly one action: {sorted(button)}')
    if not ADDRESS.match(button.get('url', 'tg://')):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _no_rule(value: dict[str, Any], where: str) -> None:
    """Most objects have no rule beyond their fields."""


RULES: dict[Shape, Callable[[dict[str, Any], str], None]] = {objects.InlineKeyboardButton: _one_action}
