"""Delivery to the bot's own address: one chat after another's answer, chats side by side, again until heard."""

import asyncio
import re
import time
import urllib.parse
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from tests.botapi.calls import Call, does
from tests.botapi.refusals import Refused, bad
from tests.botapi.updates import Update, chat_of

if TYPE_CHECKING:
    from tests.botapi.api import BotApi

SECRET = 'X-Telegram-Bot-Api-Secret-Token'
LOOPBACK = ('127.0.0.1', '::1', 'localhost')
PORTS = (80, 88, 443, 8443)
MOST_CONNECTIONS = 100


class Webhook:
    """Where updates go, and what became of them. The pauses between tries are short; Telegram's grow to minutes."""

    def __init__(self, api: 'BotApi') -> None:
        self.url = ''
        self.secret: str | None = None
        self.answer_within: float = 60
        self.first_pause, self.longest_pause = 0.02, 0.5
        # When each 2xx answer came and how long it took, in seconds.
        self.answered: list[tuple[float, float]] = []
        self.last_error = ''
        self._api = api
        self._connections = asyncio.Semaphore(40)
        self._most = 40
        self._lanes: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def set(self, url: str, secret: str | None, connections: int) -> None:
        """Deliver to this address from now on; to none when it is empty. What waits is delivered too.

        The same again changes nothing: what is under way goes on.
        """
        connections = min(max(connections, 1), MOST_CONNECTIONS)
        if url and (url, secret, connections) == (self.url, self.secret, self._most):
            return
        await self.close()
        self.url, self.secret, self._most = url, secret, connections
        self._connections = asyncio.Semaphore(self._most)
        if not url:
            return
        self._loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(self.answer_within))
        self._api.updates.hand_over = self._hand_over
        self._api.updates.end_polls()
        for update in list(self._api.updates.pending.values()):
            self._queue(update)

    async def close(self) -> None:
        """Stop delivering; what was not answered goes on waiting."""
        self._api.updates.hand_over = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        if self._session:
            await self._session.close()
            self._session = None

    def info(self) -> dict[str, Any]:
        """Answer getWebhookInfo."""
        waiting = {'pending_update_count': len(self._api.updates.pending), 'has_custom_certificate': False}
        error = {'last_error_date': int(self._api.wall_clock()), 'last_error_message': self.last_error}
        return {'url': self.url, **waiting, 'max_connections': self._most, **(error if self.last_error else {})}

    def _hand_over(self, update: Update) -> None:
        assert self._loop
        self._loop.call_soon_threadsafe(self._queue, update)

    def _queue(self, update: Update) -> None:
        """Put an update at the end of its chat's lane, and let somebody run the lane."""
        chat = chat_of(update)
        if chat in self._lanes:
            self._lanes[chat].append(update)
            return
        self._lanes[chat] = deque([update])
        task = asyncio.get_running_loop().create_task(self._run(chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, chat: int) -> None:
        lane = self._lanes[chat]
        while lane:
            await self._deliver(lane[0])
            lane.popleft()
        del self._lanes[chat]

    async def _deliver(self, update: Update) -> None:
        for pause in self._pauses():
            async with self._connections:
                answer = await self._post(update)
            if answer is not None:
                break
            await asyncio.sleep(pause)
        await self._carry_out(*answer or ('', b''))
        self._api.updates.confirm(update['update_id'])

    def _pauses(self) -> Iterator[float]:
        pause = self.first_pause
        while True:
            yield pause
            pause = min(pause * 2, self.longest_pause)

    async def _post(self, update: Update) -> tuple[str, bytes] | None:
        """Post once; gives type and body of a 2xx answer, nothing for any other."""
        assert self._session
        posted = time.monotonic()
        headers = {'Content-Type': 'application/json'} | ({SECRET: self.secret} if self.secret else {})
        try:
            async with self._session.post(self.url, data=orjson.dumps(update), headers=headers) as answer:
                if answer.status // 100 == 2:
                    body = await answer.read()
                    self.answered.append((time.monotonic(), time.monotonic() - posted))
                    return answer.content_type, body
                self.last_error = f'Wrong response from the webhook: {answer.status} {answer.reason}'
        except TimeoutError:
            self.last_error = 'Read timeout expired'
        except aiohttp.ClientError:
            self.last_error = 'Connection refused or lost'
        return None

    async def _carry_out(self, kind: str, body: bytes) -> None:
        """Do what the answer asks for; whether that went well, the bot never learns."""
        params = _params(kind, body)
        if name := params.pop('method', None):
            try:
                await self._api.carry_out(self._api.check(str(name), params, {}))
            except Refused:  # It is in the list of refusals.
                return


def _params(kind: str, body: bytes) -> dict[str, Any]:
    if kind == 'application/json' and body:
        asked = orjson.loads(body)
        return asked if isinstance(asked, dict) else {}
    return dict(urllib.parse.parse_qsl(body.decode())) if kind == 'application/x-www-form-urlencoded' else {}


@does('setWebhook')
async def set_webhook(api: 'BotApi', call: Call) -> bool:
    """Deliver to an address."""
    url, secret = call.params['url'], call.params.get('secret_token')
    _hold_reachable(url)
    if secret is not None and not re.fullmatch('[A-Za-z0-9_-]+', secret):
        raise bad('secret token contains unallowed characters')
    _settle(api, call)
    await api.webhook.set(url, secret, call.params.get('max_connections', 40))
    return True


@does('deleteWebhook')
async def delete_webhook(api: 'BotApi', call: Call) -> bool:
    """Deliver no more; the bot will ask."""
    _settle(api, call)
    await api.webhook.set('', None, 40)
    return True


@does('getWebhookInfo')
def get_webhook_info(api: 'BotApi', call: Call) -> dict[str, Any]:
    """How delivery goes."""
    return api.webhook.info()


def _settle(api: 'BotApi', call: Call) -> None:
    if (allowed := call.params.get('allowed_updates')) is not None:
        api.updates.allowed = set(allowed)
    if call.params.get('drop_pending_updates'):
        api.updates.drop()


def _hold_reachable(url: str) -> None:
    """HTTPS on one of four ports; on loopback anything goes, as with a Bot API server of one's own."""
    address = urllib.parse.urlsplit(url)
    if not url or address.hostname in LOOPBACK:
        return
    if address.scheme != 'https':
        raise bad('bad webhook: An HTTPS URL must be provided for webhook')
    if (address.port or 443) not in PORTS:
        raise bad('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443')
