"""Run the measurements: `python -m bench [name …]`; medians are printed and written to bench/results/latest.json."""

import asyncio
import gc
import json
import platform
import statistics
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from bench import pictures, statements
from bench.chats import http_chat
from bench.delivery import delivery_engine_postgres, delivery_engine_sqlite
from bench.doors import intake_postgres, intake_sqlite
from bench.echo import bare_aiogram_echo
from bench.machine import own_peak_megabytes
from bench.sends import delivery_sends
from bench.web_turns import web_turns_postgres, web_turns_slow_disk
from bench.webhooks import cpu_of_workers, http_webhook

RUNS = 5
LATEST = Path(__file__).parent / 'results' / 'latest.json'
RATES: dict[str, Callable[[], Coroutine[Any, Any, float]]] = {
    'bare_aiogram_echo': bare_aiogram_echo,
    'intake_sqlite': intake_sqlite,
    'intake_postgres': intake_postgres,
}


def run(measure: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run one measurement on uvloop where there is one, with what was loaded out of the collector's way."""
    gc.collect()
    gc.freeze()
    try:
        import uvloop
    except ImportError:
        return asyncio.run(measure())
    return uvloop.run(measure())


def rates() -> dict[str, Any]:
    """Measure each rate in turn, round by round, so that a busy minute hits all of them alike."""
    for measure in RATES.values():
        run(measure)
    rounds = [{name: run(measure) for name, measure in RATES.items()} for _ in track(range(RUNS), 'rates')]
    found: dict[str, Any] = {name: statistics.median(one[name] for one in rounds) for name in RATES}
    for name in ('intake_sqlite', 'intake_postgres'):
        found[f'{name}_ratio'] = statistics.median(one[name] / one['bare_aiogram_echo'] for one in rounds)
    return found | {'bench_peak_megabytes': own_peak_megabytes()}


def chatting() -> dict[str, Any]:
    """Measure the whole product over HTTP."""
    found = [run(http_chat) for _ in track(range(3), 'http_chat')]
    return {
        'http_chat': statistics.median(one.per_second for one in found),
        'http_chat_p99_ms_at_half_rate': statistics.median(one.p99_ms for one in found),
        'start_seconds_to_first_answer': statistics.median(one.start_seconds for one in found),
        'run_peak_megabytes': max(one.peak_megabytes for one in found),
    }


def statement_costs() -> dict[str, Any]:
    """Measure what a statement costs, prepared and not."""
    found: list[dict[str, float]] = [run(statements.statement_costs) for _ in range(3)]
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def photos() -> dict[str, Any]:
    """Measure how fast photos become clean, and their memory."""
    found: dict[str, float] = run(pictures.measure)
    return found


def web_turns() -> dict[str, Any]:
    """Measure turns of the web chat on PostgreSQL, whose bells must not make commits wait for each other."""
    measures = (web_turns_postgres, web_turns_slow_disk)
    return {one.__name__: statistics.median(run(one) for _ in range(3)) for one in measures}


def delivery() -> dict[str, Any]:
    """Measure the delivery of notices on both databases, and over HTTP to Telegram."""
    measures = (delivery_engine_sqlite, delivery_engine_postgres, delivery_sends)
    return {one.__name__: statistics.median(run(one) for _ in range(3)) for one in measures}


def telegram() -> dict[str, Any]:
    """Measure the webhook over HTTP, and what an update costs one and two processes."""
    found = [run(http_webhook) for _ in track(range(3), 'http_webhook')]
    one, two = (statistics.median(run(partial(cpu_of_workers, n)) for _ in range(3)) for n in (1, 2))
    return {
        'http_webhook': statistics.median(one.per_second for one in found),
        'http_webhook_p99_ms_at_half_rate': statistics.median(one.p99_ms for one in found),
        'cpu_ms_per_update': statistics.median(one.cpu_ms for one in found),
        'cpu_ms_per_update_of_1_worker': one,
        'cpu_ms_per_update_of_2_workers': two,
    }


GROUPS = {
    'rates': rates,
    'statements': statement_costs,
    'http_chat': chatting,
    'pictures': photos,
    'web_turns': web_turns,
    'delivery': delivery,
    'telegram': telegram,
}


def measured(name: str) -> dict[str, Any]:
    """Measure one group; it keeps its own date and machine, so that no old figure stands under a new date."""
    figures = GROUPS[name]()
    machine = f'{platform.machine()}, Python {platform.python_version()}'
    return {'measured_at': datetime.now(UTC).isoformat(timespec='seconds'), 'machine': machine, 'figures': figures}


def main() -> None:
    """Measure what was asked for (all by default), print it and keep it."""
    wanted = sys.argv[1:]
    kept: dict[str, Any] = json.loads(LATEST.read_text()) if wanted and LATEST.exists() else {}
    console = Console(width=100)
    for name in wanted or GROUPS:
        kept[name] = measured(name)
        for figure, value in kept[name]['figures'].items():
            console.print(f'{figure:46} {value:12,.3f}')
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps({name: kept[name] for name in GROUPS if name in kept}, indent=2) + '\n')


if __name__ == '__main__':
    main()
