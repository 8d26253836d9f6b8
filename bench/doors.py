"""`intake_sqlite`, `intake_postgres`: updates per second through the front door, at default durability."""

import asyncio
import time
from collections.abc import Sequence

from bench import stores
from bench.dialog import STEPS, dialog
from bot.content.calls import Call
from bot.handlers import make_answering
from bot.intake import Heard, Intake
from bot.intake.channel import Spoken
from storage.arrivals import Conversation
from storage.store import Tx

CONVERSATIONS = 200
AT_ONCE = 20


class Speechless:
    """A channel that says everything to nobody, at once."""

    name, bot, keeps_uploads, has_page = 'bench', 1, False, False

    async def keep(
        self, tx: Tx, conversation: Conversation, heard: Heard | None, calls: Sequence[Call]
    ) -> Sequence[Call]:
        """All must be spoken."""
        return calls

    async def speak(self, chat_id: int, calls: Sequence[tuple[int, Call]]) -> Sequence[Spoken]:
        """Said."""
        return [Spoken(position, position + 1) for position, _call in calls]


async def intake_sqlite() -> float:
    """On SQLite with synchronous=FULL and group commit."""
    return await _through_the_door(stores.sqlite)


async def intake_postgres() -> float:
    """On PostgreSQL with fsync on and a pool of ten."""
    return await _through_the_door(stores.postgres)


async def _through_the_door(open_store: stores.OpenStore) -> float:
    """Run the dialog of 200 conversations, 20 at once; gives updates per second, marks of the said included."""
    async with open_store() as store:
        intake = Intake(store, stores.city(), make_answering(), flood_limit=1000)
        channel = Speechless()
        dialogs = [dialog(chat) for chat in range(1, CONVERSATIONS + 1)]
        await _all(intake, channel, [dialog(9999)])
        marking = asyncio.get_running_loop().create_task(intake.marks.run())
        started = time.perf_counter()
        await asyncio.gather(*(_all(intake, channel, dialogs[one::AT_ONCE]) for one in range(AT_ONCE)))
        await intake.marks.flush()
        spent = time.perf_counter() - started
        marking.cancel()
        return CONVERSATIONS * STEPS / spent


async def _all(intake: Intake, channel: Speechless, dialogs: list[list[Heard]]) -> None:
    for heards in dialogs:
        for heard in heards:
            await intake.hear(channel, heard)
