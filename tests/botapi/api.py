"""The state of the fake Bot API server, and what a test asks and orders of it."""

import inspect
import random
import time
from contextlib import AbstractContextManager
from typing import Any

from aiohttp import web

from tests.botapi import account, changing, sending  # noqa: F401 (they fill METHODS)
from tests.botapi.bells import Bell
from tests.botapi.calls import METHODS, Call
from tests.botapi.chats import Chat, Chats
from tests.botapi.description import method as described
from tests.botapi.files import Files
from tests.botapi.kinds import Upload
from tests.botapi.refusals import Refusal, Refused
from tests.botapi.trouble import Answer, Trouble, Troubles
from tests.botapi.updates import Update, Updates
from tests.botapi.users import Group, User
from tests.botapi.webhook import Webhook

# It looks like a real one, so that a log that shows it is found out; it opens nothing anywhere.
TOKEN = '7000000001:AAFakeTokenOfTheTests-OpensNothing00'
ME = {'id': 7000000001, 'is_bot': True, 'first_name': '绿叶', 'username': 'lvbi_test_bot'}


class BotApi:
    """One bot at Telegram: chats, files, updates; all that was sent, and all that was refused."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.me = ME
        self.url = ''
        self.runner: web.ServerRunner | None = None
        self.chats = Chats()
        self.files = Files()
        self.updates = Updates()
        self.troubles = Troubles()
        self.webhook = Webhook(self)
        self.settings: dict[tuple[str, ...], Any] = {}
        self.groups: dict[int, Group] = {}
        self.taps: dict[str, Chat] = {}
        self.old_taps: set[str] = set()
        # Calls that took effect, in order; updates asked for and files downloaded are not among them.
        self.calls: list[Call] = []
        # Requests that were wrong in a way the caller could have known; a test's end asserts that there are none.
        self.refused: list[Refusal] = []
        # Requests refused for what he could not know: blocked meanwhile, a query grown old, a file too big.
        self.declined: list[Refusal] = []
        self._bell = Bell()

    def wall_clock(self) -> float:
        """Seconds since 1970, as `date` fields have it."""
        return time.time()

    # People -------------------------------------------------------------------------------------------------

    def user(self, number: int, *, language: str | None = 'zh-hans', name: str = '王阿姨') -> User:
        """A person with Telegram; private chats have the person's id."""
        return User(self, number, language, name)

    def group(self, number: int = -1_001_000_000_001, title: str = '邻里群') -> Group:
        """A supergroup, the bot not in it yet."""
        self.groups[number] = Group(self, number, title)
        return self.groups[number]

    # What was sent ------------------------------------------------------------------------------------------

    def sent(self, chat: int | None = None, method: str | None = None) -> list[Call]:
        """Calls that put something into a chat (send…), in order."""
        return [
            call
            for call in self.calls
            if call.method.startswith('send') and chat in (None, call.chat) and method in (None, call.method)
        ]

    async def until(self, number: int, method: str, within: float = 5) -> list[Call]:
        """Wait until so many calls of a method took effect; gives them. Raises AssertionError."""

        def found() -> list[Call]:
            return [call for call in self.calls if call.method == method]

        await self._bell.until(lambda: len(found()) >= number, within)
        assert len(found()) >= number, f'{len(found())} of {number} calls of {method} within {within} s'
        return found()

    async def reached(self, number: int, within: float) -> None:
        """Wait until so many calls of any method took effect, at most so many seconds."""
        await self._bell.until(lambda: len(self.calls) >= number, within)

    def setting(self, name: str, language: str = '', scope: str = 'default') -> Any:
        """What was set with setMyCommands ('commands'), setMyDescription ('description') …, if anything."""
        return self.settings.get((name, scope, language))

    # Trouble ------------------------------------------------------------------------------------------------

    def trouble(self, method: str, *, answer: Answer, **more: Any) -> Trouble:
        """Order trouble for a method, '*' for any, 'download' for files.

        `answer`: a status (429 with `retry_after`, 403, 5xx as a page in HTML), 'hang' (silent until `release()`),
        'drop' (the connection is closed), 'broken' (half of the JSON). More: `times` (1; float('inf') for ever),
        `chat`, `carried_out=True` when the method takes effect before all this.
        """
        return self.troubles.order(Trouble(method, answer, **more))

    def held(self, shuffle: random.Random | None = None) -> AbstractContextManager[None]:
        """Delay what users do in the block until its end; with `shuffle` it then comes mixed, as Telegram may."""
        return self.updates.held(shuffle)

    def redeliver(self, *updates: Update) -> None:
        """Deliver updates once more, with the ids they had."""
        self.updates.redeliver(*updates)

    def age_taps(self) -> None:
        """Let every tap so far be too old to be answered."""
        self.old_taps |= self.taps.keys()
        self.taps.clear()

    # Requests -----------------------------------------------------------------------------------------------

    def check(self, name: str, params: dict[str, Any], uploads: dict[str, Upload]) -> Call:
        """Read a request; raises Refused, and remembers it."""
        try:
            method = described(name)
            files = {part: upload for part, upload in uploads.items() if part in method.parameters}
            call = Call(method.name, method.read({**params, **files}), uploads)
            if method.name not in METHODS and method.returns is not bool:
                raise Refused(501, f'Not Implemented: {method.name} is not carried out by this server')
        except Refused as refusal:
            self.remember(name, params, refusal)
            raise
        return call

    async def carry_out(self, call: Call) -> Any:
        """Do it; gives the result. Raises Refused, and remembers it. What only answers true is merely recorded."""
        try:
            result = METHODS[call.method](self, call) if call.method in METHODS else True
            result = await result if inspect.isawaitable(result) else result
        except Refused as refusal:
            self.remember(call.method, call.params, refusal)
            raise
        if call.method != 'getUpdates':
            self.calls.append(call)
            self._bell.ring()
        return result

    def remember(self, method: str, params: dict[str, Any], refusal: Refused) -> None:
        """Note a refused request for the test's end."""
        kept = self.refused if refusal.foreseeable else self.declined
        kept.append(Refusal(method, params, refusal.code, refusal.words))
