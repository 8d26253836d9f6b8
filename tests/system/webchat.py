"""Somebody in the web chat of a real process, over plain HTTP."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.system.scenes import WITHIN


@dataclass
class Tab:
    """One tab with its cookie; `seen` is every frame so far."""

    session: aiohttp.ClientSession
    seq: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def opened(cls, session: aiohttp.ClientSession) -> 'Tab':
        """Open the page."""
        async with session.get('/chat') as page:
            assert page.status == 200
        return cls(session)

    async def says(self, text: str) -> None:
        """Send words."""
        await self._post({'message': {'text': text}})

    async def taps(self, label: str) -> None:
        """Tap the newest button that has these words in its label."""
        buttons = [button for frame in self.seen for row in _rows(frame) for button in row]
        found = [button for button in buttons if label in button['text']]
        await self._post({'callback_query': {'data': found[-1]['callback_data'], 'message_id': None}})

    async def _post(self, content: dict[str, Any]) -> None:
        self.seq += 1
        body = {'tab': 'system01', 'seq': self.seq, 'language_code': 'zh-CN', **content}
        async with self.session.post('/chat/updates', json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def sees(self, words: str) -> None:
        """Read the socket until a frame has these words."""
        after = {'after': str(self._last())}
        async with asyncio.timeout(WITHIN), self.session.ws_connect('/chat/ws', params=after) as socket:
            async for message in socket:
                self.seen.append(message.json())
                if words in message.data:
                    return
        raise AssertionError(f'the socket closed before {words!r}')

    def _last(self) -> int:
        return max((frame['id'] for frame in self.seen if 'id' in frame), default=0)


def _rows(frame: dict[str, Any]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = (frame['params'].get('reply_markup') or {}).get('inline_keyboard', [])
    return rows
