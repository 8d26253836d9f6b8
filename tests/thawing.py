"""Frozen calls made aiogram's methods again, so that a call which aiogram does not take fails in a test."""

from typing import Any

from aiogram.methods import TelegramMethod

from bot.content.calls import BY_NAME, Call, Kept


def thaw(call: Call) -> TelegramMethod[Any]:
    """Rebuild the method of a frozen call; parameters unknown to this version are ignored."""
    return BY_NAME[call.method].model_validate(_with_files(call.params))


def _with_files(value: Any) -> Any:
    if isinstance(value, dict):
        if '$kept' in value:
            return Kept(*value['$kept'])
        return {name: _with_files(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_files(part) for part in value]
    return value
