"""Browsers for tests: each holds one person's cookie and speaks the wire of the web chat."""

import io
import json
from dataclasses import dataclass, field
from typing import Any

import httpx2
from PIL import Image

Json = dict[str, Any]
HOST = 'http://chat.test'


def photo(colour: str = 'grey', size: tuple[int, int] = (640, 480)) -> bytes:
    """A small JPEG."""
    file = io.BytesIO()
    Image.new('RGB', size, colour).save(file, 'JPEG')
    return file.getvalue()


@dataclass
class Browser:
    """One browser; `tab` numbers what it sends."""

    client: httpx2.AsyncClient
    tab: str = 'tab00001'
    seq: int = 0
    headers: Json = field(default_factory=dict)

    async def open(self, query: str = '') -> httpx2.Response:
        return await self.client.get(f'/chat{query}')

    async def post(self, body: Any, **headers: str) -> httpx2.Response:
        """POST /chat/updates as the page does."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(
            '/chat/updates', content=sent, headers={'Content-Type': 'application/json', 'Origin': HOST, **headers}
        )

    async def sends(self, **content: Any) -> httpx2.Response:
        """Send the next update of this tab."""
        self.seq += 1
        return await self.post({'tab': self.tab, 'seq': self.seq, **content})

    async def says(self, text: str) -> str:
        """Write something; gives the last words of the answer."""
        answer = await self.sends(message={'text': text})
        assert answer.status_code == 200, answer.text
        return await self.words()

    async def taps(self, data: str, message_id: int | None = None) -> str:
        answer = await self.sends(callback_query={'data': data, 'message_id': message_id})
        assert answer.status_code == 200, answer.text
        return await self.words()

    async def uploads(self, data: bytes, kind: str = 'image/jpeg', **headers: str) -> httpx2.Response:
        sent = {'Content-Type': kind, 'Origin': HOST, **headers}
        return await self.client.post('/chat/photos', content=data, headers=sent)

    async def shows(self, data: bytes, **more: Any) -> str:
        """Upload a photo and send it; gives its key."""
        key = (await self.uploads(data)).json()['result']['key']
        await self.sends(message={'photo': {'key': key}, **more})
        return str(key)

    async def returns(self, code: str) -> httpx2.Response:
        return await self.client.post('/chat/return', json={'code': code}, headers={'Origin': HOST})

    async def frames(self, after: int = 0) -> list[Json]:
        answer = await self.client.get(f'/chat/frames?after={after}')
        found: list[Json] = answer.json()['result']
        return found

    async def words(self) -> str:
        """What the person was told last."""
        said = [frame['params']['text'] for frame in await self.frames() if frame['method'] == 'sendMessage']
        return str(said[-1]) if said else ''

    def cookie(self) -> str:
        return str(self.client.cookies.get('lvbi_chat'))

    async def is_at(self, latitude: float, longitude: float) -> None:
        await self.sends(message={'location': {'latitude': latitude, 'longitude': longitude}})

    async def files_a_report(self, unit: str) -> str:
        """File a report with a photo in a street; gives the photo's key."""
        await self.says('/help')
        key = await self.shows(photo())
        await self.is_at(30.0, 120.58)
        for data in ('1:cat:black_water', f'1:str:{unit}'):
            await self.taps(data)
        await self.says('河水发黑发臭，三天了')
        assert '已提交' in await self.taps('1:file')
        return key
