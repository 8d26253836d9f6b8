"""A server, and a bot that asks it with nothing but HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.botapi import BotApi, serving


@dataclass(frozen=True)
class Bot:
    """Asks the server as JSON; `ok` wants the result, `refused` the words of the refusal."""

    api: BotApi
    session: aiohttp.ClientSession

    async def asks(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """Send one request; gives status and JSON."""
        async with self.session.post(f'{self.api.url}/bot{self.api.token}/{method}', json=params) as answer:
            return answer.status, await answer.json()

    async def ok(self, method: str, **params: Any) -> Any:
        """Send one request that must do; gives the result."""
        status, body = await self.asks(method, **params)
        assert (status, body['ok']) == (200, True), body
        return body['result']

    async def refused(self, method: str, **params: Any) -> tuple[int, str]:
        """Send one request that must not do; gives code and words."""
        status, body = await self.asks(method, **params)
        assert (body['ok'], body['error_code']) == (False, status), body
        return status, body['description']


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A server of its own for the test."""
    async with serving() as api:
        yield api


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that asks with nothing added."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bot(api: BotApi, session: aiohttp.ClientSession) -> Bot:
    """A bot without a library."""
    return Bot(api, session)
