"""Orders over HTTP for a fake that runs as a process of its own: POST /control/<verb> with JSON.

open {"users": [7, 8]}; act {"acts": [[7, "text", {"words": "…"}]]}; trouble {"method": …, "answer": …}; figures;
await {"calls": n, "within": s}: answered when so many calls took effect. Each answers with the figures.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

from tests.botapi.refusals import Refused

if TYPE_CHECKING:
    from tests.botapi.api import BotApi


async def control(api: 'BotApi', verb: str, body: bytes) -> dict[str, Any]:
    """Carry out an order and give the figures; raises Refused (404) for an unknown verb."""
    order = orjson.loads(body or b'{}')
    if verb == 'await':
        await api.reached(order['calls'], order.get('within', 60))
    elif verb in ORDERS:
        ORDERS[verb](api, **order)
    else:
        raise Refused(404, 'Not Found')
    return figures(api)


def _open(api: 'BotApi', users: list[int]) -> None:
    """They have written before."""
    for number in users:
        api.user(number).opened()


def _act(api: 'BotApi', acts: list[tuple[int, str, dict[str, Any]]]) -> None:
    """Verbs of `Seat`, as [7, "text", {"words": "…"}]."""
    for number, act, content in acts:
        getattr(api.user(number), act)(**content)


def _trouble(api: 'BotApi', **order: Any) -> None:
    """As `BotApi.trouble`."""
    api.trouble(**order)


def _figures(api: 'BotApi') -> None:
    """Nothing but the figures."""


ORDERS: dict[str, Callable[..., None]] = {'open': _open, 'act': _act, 'trouble': _trouble, 'figures': _figures}


def figures(api: 'BotApi') -> dict[str, Any]:
    """How much happened; `seconds` between the first and the last call, or answer of the webhook."""
    return {
        'calls': len(api.calls),
        'seconds': api.calls[-1].at - api.calls[0].at if api.calls else 0.0,
        'webhook': _answered(api),
        'pending': len(api.updates.pending),
        'refused': [f'{one.method}: {one.code} {one.words}' for one in api.refused],
        'declined': [f'{one.method}: {one.code} {one.words}' for one in api.declined],
    }


def _answered(api: 'BotApi') -> dict[str, float]:
    """What the webhook answered with 2xx, and in which time 99 of 100 answers came."""
    answered = api.webhook.answered
    if not answered:
        return {'answers': 0}
    slowest = sorted(took for _, took in answered)[int(len(answered) * 0.99)]
    seconds = answered[-1][0] - answered[0][0] + answered[0][1]
    return {'answers': len(answered), 'seconds': seconds, 'p99_ms': slowest * 1000}
