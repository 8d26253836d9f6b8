"""The methods of the published Bot API description, each compiled once into a check of its parameters."""

import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any

import orjson
from selfrot.methods import generated as methods

from tests.botapi.kinds import check_of, is_structured
from tests.botapi.limits import Check, limited, limits_of
from tests.botapi.refusals import Refused, bad


@dataclass(frozen=True)
class Parameter:
    """How one parameter is read; objects and lists travel in forms as JSON text."""

    check: Check
    required: bool
    structured: bool

    def read(self, value: Any, where: str) -> Any:
        """The value as Python data; raises Refused."""
        if self.structured and isinstance(value, str):
            try:
                value = orjson.loads(value)
            except orjson.JSONDecodeError as fault:
                raise bad(f"can't parse {where} JSON object") from fault
        return self.check(value, where)


@dataclass(frozen=True)
class Method:
    """One method: its name as published, its parameters, and what it returns."""

    name: str
    parameters: Mapping[str, Parameter]
    required: frozenset[str]
    returns: Any

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Check parameters as they came in; gives them as Python data. Raises Refused (400)."""
        if missing := self.required - given.keys():
            raise bad(f'parameter "{min(missing)}" is required')
        read = {}
        for name, value in given.items():
            if (parameter := self.parameters.get(name)) is None:
                raise bad(f'{self.name} has no parameter "{name}"')
            if value is not None:
                read[name] = parameter.read(value, name)
        return read


@cache
def method(name: str) -> Method:
    """The method of this name, in any spelling of capitals as Telegram takes them; raises Refused (404)."""
    if (found := _by_name().get(name.lower())) is None:
        raise Refused(404, 'Not Found')
    return _compiled(found)


@cache
def _by_name() -> dict[str, type]:
    classes = (thing for thing in vars(methods).values() if hasattr(thing, '__api_method__'))
    return {cls.__api_method__.lower(): cls for cls in classes if '__api_method__' in vars(cls)}


def _compiled(cls: Any) -> Method:
    hints = typing.get_type_hints(cls)
    parameters = {field.name: _parameter(cls, field, hints[field.name]) for field in fields(cls)}
    required = frozenset(name for name, parameter in parameters.items() if parameter.required)
    return Method(cls.__api_method__, parameters, required, cls.__returning__)


def _parameter(cls: type, field: Any, hint: Any) -> Parameter:
    check = limited(check_of(hint), limits_of(methods).get((cls.__name__, field.name)))
    return Parameter(check, field.default is MISSING, is_structured(hint))
