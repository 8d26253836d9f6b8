"""`python -m tests.botapi --port 8081`: the fake as a process of its own; prints its address when it listens."""

import argparse
import asyncio
import contextlib
import sys

import uvloop

from tests.botapi.api import BotApi
from tests.botapi.server import serving


async def _serve(port: int, residents: int) -> None:
    async with serving(port=port) as api:
        _open(api, residents)
        sys.stdout.write(f'{api.url}\n')
        sys.stdout.flush()
        await asyncio.Event().wait()


def _open(api: BotApi, residents: int) -> None:
    for number in range(1, residents + 1):
        api.user(number).opened()


if __name__ == '__main__':
    parser = argparse.ArgumentParser(prog='python -m tests.botapi', description=__doc__)
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--residents', type=int, default=0, help='users 1 to N have written to the bot before')
    wanted = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_serve(wanted.port, wanted.residents))
