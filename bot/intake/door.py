"""The front door itself: hear, keep in one transaction, commit, then speak."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
import structlog
from sqlalchemy import Row

from bot.content.calls import Call
from bot.content.language import locale_of, speaking
from bot.content.refusals import apology, slow_down, word
from bot.handlers import Answering
from bot.handlers.turn import Turn
from bot.intake import floods
from bot.intake.channel import Channel, Heard, Outcome, TurnedAway, Unsaid
from bot.intake.order import Order
from bot.intake.raw import raw_of
from bot.intake.said import Marks, unsaid_of
from civic.city import City
from civic.people import Resident, StaffMember
from civic.refusals import Refusal
from storage import arrivals, dead_letters, fault_points
from storage.arrivals import Address, Conversation
from storage.store import Store, StoreDown, Tx

log = structlog.get_logger('intake')

Answer = Callable[[Turn], Awaitable[list[Call]]]


@dataclass(slots=True)
class Kept:
    """A committed turn: its outcome and what is still to be spoken."""

    outcome: Outcome
    unsaid: Unsaid = field(default_factory=Unsaid)


class Intake:
    """The front door of every channel; `flood_limit` is updates a minute from one chat."""

    def __init__(self, store: Store, city: City, answering: Answering, *, flood_limit: int = 30) -> None:
        self.store = store
        self.city = city
        self.order = Order()
        self.marks = Marks(store)
        self._answering = answering
        self._flood_limit = flood_limit

    async def hear(self, channel: Channel, heard: Heard, committed: Callable[[], None] | None = None) -> Outcome:
        """Take one update: returns after commit and first speaking. Raises StoreDown if nothing was kept.

        `committed` is called between the two, for a channel whose sender need not wait for our words.
        """
        address = Address(channel.name, channel.bot, heard.chat_id)
        async with self.order.holding(address):
            kept = await self._keep(channel, heard)
            fault_points.reach('after_commit')
            if committed is not None:
                committed()
            if kept.unsaid.calls and not self.marks.has(channel, heard.key):
                await self.speak(channel, heard.key, heard.chat_id, kept.unsaid)
        return kept.outcome

    async def speak(self, channel: Channel, key: str, chat_id: int, unsaid: Unsaid) -> None:
        """Say what is kept and unsaid, and remember what was said; what fails waits for the sweep."""
        spoken = await channel.speak(chat_id, unsaid.calls)
        fault_points.reach('before_said')
        self.marks.add(channel, key, chat_id, unsaid, spoken)

    async def _keep(self, channel: Channel, heard: Heard) -> Kept:
        """Run the turn; a refusal or a fault rolls it back and a second turn keeps the update with its answer."""
        turn = partial(self._turn, channel, heard)
        try:
            return await self.store.turn(partial(turn, Outcome.HEARD, self._dispatch(channel, heard), None))
        except Refusal as refusal:
            return await self.store.turn(partial(turn, Outcome.REFUSED, _refuse(heard, refusal), None))
        except (StoreDown, TurnedAway):
            raise  # nothing was kept: the channel says so and the sender repeats it
        except Exception as fault:
            trouble = dead_letters.Trouble.of(fault)
            log.error('dead letter', reference=trouble.reference, kind=trouble.kind, where=dead_letters.trail(fault))
            return await self.store.turn(partial(turn, Outcome.DEAD, _apologise(heard, trouble.reference), trouble))

    async def _turn(
        self,
        channel: Channel,
        heard: Heard,
        outcome: Outcome,
        answer: Answer,
        trouble: dead_letters.Trouble | None,
        tx: Tx,
    ) -> Kept:
        """The one transaction of an update."""
        address = Address(channel.name, channel.bot, heard.chat_id)
        row = await arrivals.find(tx, address, heard.key, heard.follows)
        if (kept := _not_now(row, heard)) is not None:
            return kept
        if row.id is None:
            if heard.opening is not None:
                heard.opening(self.store.clock(None))
            await arrivals.open_conversation(tx, address, locale_of(heard.language_code))
            row = await arrivals.find(tx, address, heard.key)
        elif row.locale is None:
            # The person was forgotten in another process while we waited for the lock: look with fresh eyes.
            row = await arrivals.find(tx, address, heard.key)
        turn = self._turn_of(tx, row, arrivals.conversation_of(row, address), channel, heard.network)
        flood = floods.excess(turn.conversation, heard.album, tx.now, self._flood_limit)
        if flood > 0 and trouble is None:
            outcome, answer = Outcome.FLOODED, _slow_down(flood)
        with speaking(turn.resident.locale):
            calls = await answer(turn)
        seen_only = outcome is Outcome.FLOODED
        unsaid = await channel.keep(tx, turn.conversation, None if seen_only else heard, calls)
        await _write(tx, turn.conversation, heard, outcome, unsaid, trouble)
        return Kept(outcome, Unsaid(list(enumerate(unsaid))))

    def _turn_of(
        self, tx: Tx, row: Row[Any], conversation: Conversation, channel: Channel, network: str | None
    ) -> Turn:
        resident = Resident(row.resident_id, row.locale, row.big, row.notice_version)
        staff = None
        if row.staff_id is not None:
            staff = StaffMember(row.staff_id, row.staff_name, row.role, row.unit_code, row.unit_path)
        ways = (channel.keeps_uploads, channel.has_page)
        return Turn(tx, tx.now, self.city, conversation, resident, staff, *ways, network)

    def _dispatch(self, channel: Channel, heard: Heard) -> Answer:
        async def answer(turn: Turn) -> list[Call]:
            return await self._answering(turn, channel.bot, heard.update)

        return answer


def _not_now(row: Row[Any], heard: Heard) -> Kept | None:
    """Say why an update is not to be answered: its sender was signed out, it was heard before, another is missing."""
    if row.id is not None and heard.session not in (None, row.session):
        return Kept(Outcome.SIGNED_OUT)
    if row.inbox_id is not None:
        return Kept(Outcome.AGAIN, unsaid_of(row))
    return Kept(Outcome.GAP) if heard.follows and not row.followed else None


# After these nothing can come of writing on: the step is left, or every later word would be refused as well.
DEAD_ENDS = frozenset({'not_now', 'staff_only', 'not_allowed', 'not_your_case', 'no_such_case', 'changed_meanwhile'})


def _refuse(heard: Heard, refusal: Refusal) -> Answer:
    async def answer(turn: Turn) -> list[Call]:
        if refusal.code in DEAD_ENDS:
            turn.leave_case()
        return word(refusal, turn.conversation.address.chat_id, heard.update)

    return answer


def _apologise(heard: Heard, reference: str) -> Answer:
    async def answer(turn: Turn) -> list[Call]:
        return apology(reference, turn.conversation.address.chat_id, heard.update)

    return answer


def _slow_down(flood: int) -> Answer:
    async def answer(turn: Turn) -> list[Call]:
        return slow_down(turn.conversation.address.chat_id) if flood == 1 else []

    return answer


async def _write(
    tx: Tx,
    conversation: Conversation,
    heard: Heard,
    outcome: Outcome,
    calls: Sequence[Call],
    trouble: dead_letters.Trouble | None,
) -> None:
    kept = {
        'outcome': outcome.value,
        'raw': None if outcome is Outcome.FLOODED else orjson.dumps(raw_of(heard.update)).decode(),
        'replies': [call.as_json() for call in calls],
        'unsaid': len(calls),
    }
    if trouble:
        kept |= {'reference': trouble.reference, 'trouble': trouble.kind}
    await arrivals.keep(tx, conversation, heard.key, kept)
    fault_points.reach('before_commit')
