"""The whole house in the test's process, put together as `lvbi run` does it, to be stopped and started again."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.content import pack
from civic import staff
from jobs import timetable
from lvbi import serving
from lvbi.addresses import chat_link, code_link
from lvbi.readiness import make_ready
from lvbi.settings import Settings
from lvbi.wiring import House, open_house
from web.app import make_app

TASHAN, YUECHENG = '330602001', '330602'


class LiveHouse:
    """A house over one store and one folder of photos; while it is open, `house` holds its parts."""

    house: House

    def __init__(self, database_url: str, folder: Path) -> None:
        self.media = folder / 'media'
        self.settings = self._settings(database_url, 0)
        with serving.listen(self.settings) as taken:  # keeps its port when it is started again
            self.settings = self._settings(database_url, taken.getsockname()[1])
        self._running: asyncio.Future[None] | None = None

    def _settings(self, database_url: str, port: int) -> Settings:
        return Settings(
            _env_file=None,
            database_url=SecretStr(database_url),
            media_url=str(self.media),
            secret_key=SecretStr('k' * 32),
            http_port=port,
            flood_per_minute=1000,
        )

    @property
    def address(self) -> str:
        """Where browsers find the house."""
        return chat_link(self.settings).removesuffix('/chat')

    async def start(self) -> None:
        """Open everything and wait until the chat can be reached."""
        open_now = asyncio.Event()
        self._running = asyncio.ensure_future(self._run(open_now))
        reached = asyncio.ensure_future(open_now.wait())
        await asyncio.wait((self._running, reached), return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            reached.cancel()
            await self._running

    async def stop(self) -> None:
        """Close everything, as Ctrl+C does."""
        assert self._running
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self, open_now: asyncio.Event) -> None:
        with serving.listen(self.settings) as taken:
            await make_ready(self.settings, pack.load(self.settings.city))
            async with open_house(self.settings) as self.house:
                marks = self.house.intake.marks.run
                async with serving.working(jobs=partial(timetable.run, self.house.jobs), marks=marks):
                    server = serving.make_server(make_app(self.house.web), self.settings, open_now.set)
                    await serving.serve(server, taken)
                await serving.flush_marks(self.house.intake)

    async def code_for(self, name: str, role: str, unit: str) -> str:
        """Add a staff member; gives the link that signs them in."""
        async with self.house.store.begin() as tx:
            _id, code = await staff.add_staff(tx, self.house.city, name, role, unit)
        return code_link(chat_link(self.settings), code)

    async def rows(self, statement: Any) -> Sequence[Any]:
        """Read what stands in the store."""
        async with self.house.store.read() as tx:
            return (await tx.execute(statement)).all()

    def files(self) -> set[str]:
        """Name the files in the media folder."""
        return {str(path.relative_to(self.media)) for path in self.media.rglob('*') if path.is_file()}
