"""Bells across processes: one connection of each process hears NOTIFY and carries its own rings, many at once."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import asyncpg

from storage.bells import Bell, Bells

CHANNEL = 'lvbi'
# NOTIFY takes a lock of the whole database until its commit is done, so it must not stand in a turn: it has a
# transaction of its own, which carries all that rang meanwhile and does not wait for the disk.
_RING = 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload'
_HASTY = {'synchronous_commit': 'off'}
_BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class PostgresBells(Bells):
    """Rings within this process at once and in the others soon after; a ring that is lost costs only time."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self._dsn = dsn
        self._unsent: set[Bell] = set()
        self._wake = asyncio.Event()
        self._carrying: asyncio.Task[None] | None = None

    @property
    def carried(self) -> bool:
        """Tell whether there is a connection to carry rings; a short command has none and rings in its turn."""
        return self._carrying is not None

    def open(self) -> None:
        """Begin to hear the bells of other processes, and to carry ours to them."""
        self._carrying = asyncio.get_running_loop().create_task(self._carry(), name='bells')

    async def close(self) -> None:
        """End the connection."""
        if self._carrying is not None:
            self._carrying.cancel()
            await asyncio.gather(self._carrying, return_exceptions=True)
            self._carrying = None

    def ring_everywhere(self, bells: Iterable[Bell]) -> None:
        """Ring what was committed just now."""
        for bell in bells:
            self.ring(*bell)
            if self.carried:
                self._unsent.add(bell)
                self._wake.set()

    async def _carry(self) -> None:
        """Keep one connection; after a break everybody is woken, for rings may be lost."""
        while True:
            with suppress(*_BROKEN):
                await self._carry_once()
            await asyncio.sleep(1)

    async def _carry_once(self) -> None:
        ear = await self._new_ear()
        own = ear.get_server_pid()
        try:
            ear.add_termination_listener(lambda *_: self._wake.set())
            await ear.add_listener(CHANNEL, lambda _ear, pid, _channel, said: self._hear(said, ours=pid == own))
            self.ring_all()
            while not ear.is_closed():
                await self._send(ear)
                await self._wake.wait()
                self._wake.clear()
        finally:
            await ear.close(timeout=1)

    async def _send(self, ear: asyncpg.Connection) -> None:
        """Hand over what rang since the last time; what cannot be handed over stays for the next connection."""
        sent, self._unsent = self._unsent, set()
        if not sent:
            return
        try:
            await ear.execute(_RING, CHANNEL, ['\n'.join(bell) for bell in sent])
        except _BROKEN:
            self._unsent |= sent
            raise

    def _hear(self, said: str, *, ours: bool) -> None:
        if not ours:
            topic, _, subject = said.partition('\n')
            self.ring(topic, subject)

    async def _new_ear(self) -> asyncpg.Connection:
        """Connect; one that is half made when the store closes is finished and closed, or its socket would leak."""
        connecting = asyncio.ensure_future(asyncpg.connect(self._dsn, server_settings=_HASTY))
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            with suppress(*_BROKEN):
                await (await connecting).close(timeout=1)
            raise
