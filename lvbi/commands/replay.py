"""`lvbi replay REF`: a dead letter goes through the front door once more, under a key of its own."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Row, select

from bot.content import operators
from bot.intake import Channel, Heard, Intake, Outcome
from civic import audit
from civic.refusals import Refusal
from lvbi import serving
from lvbi.commands.doing import do, tell
from lvbi.readiness import check_ready
from lvbi.settings import Settings
from lvbi.wiring import open_house
from storage import dead_letters
from storage.store import Store
from storage.tables import inbox

NO_LIMIT = 100_000  # staff chose the moment: the flood guard must not swallow the letter


def replay(reference: str) -> None:
    """Hear a dead letter again and close it."""
    do(partial(_replay, reference.strip().upper()))


async def _replay(reference: str, settings: Settings) -> None:
    await check_ready(settings)
    async with open_house(settings.model_copy(update={'flood_per_minute': NO_LIMIT})) as house:
        outcome, again = await hear_again(house.intake, house.channels, reference)
    tell(lambda: [operators.replayed(outcome.value, again)])


async def hear_again(
    intake: Intake, channels: Mapping[tuple[str, int], Channel], reference: str
) -> tuple[Outcome, str | None]:
    """Feed a dead letter through the front door and close it; gives what came of it, and its new reference if any.

    Its key is `replay:REF`, so that twice changes nothing. Raises Refusal no_such_letter, letter_blanked,
    channel_closed.
    """
    letter = await _find(intake.store, reference)
    channel, heard = _way_in(channels, reference, letter)
    outcome = await intake.hear(channel, heard)
    await serving.flush_marks(intake)
    async with intake.store.begin() as tx:
        await dead_letters.close(tx, letter.id)
        await audit.note(tx, None, 'replay', 'letter', reference, outcome=outcome.value)
    return outcome, await _reference_of(intake.store, channel, heard) if outcome is Outcome.DEAD else None


async def _find(store: Store, reference: str) -> Row[Any]:
    async with store.read() as tx:
        letter = await dead_letters.find(tx, reference)
    if letter is None:
        raise Refusal('no_such_letter', reference=reference)
    if letter.raw is None:
        raise Refusal('letter_blanked', reference=reference)
    return letter


def _way_in(channels: Mapping[tuple[str, int], Channel], reference: str, letter: Row[Any]) -> tuple[Channel, Heard]:
    """The update as it came, but for its key; the person's other devices have seen its words already."""
    channel = channels.get((letter.channel, letter.bot))
    if channel is None:
        raise Refusal('channel_closed', reference=reference, channel=letter.channel)
    return channel, Heard(f'replay:{reference}', letter.chat_id, orjson.loads(letter.raw))


async def _reference_of(store: Store, channel: Channel, heard: Heard) -> str | None:
    same = (inbox.c.channel == channel.name) & (inbox.c.bot == channel.bot) & (inbox.c.key == heard.key)
    async with store.read() as tx:
        found: str | None = (await tx.execute(select(inbox.c.reference).where(same))).scalar_one_or_none()
        return found
