"""A dead letter is heard again once its fault is mended; twice changes nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.web import WebChannel
from bot.content.calls import Call
from bot.handlers import make_answering
from bot.handlers.turn import Turn
from bot.intake import Channel, Intake, Outcome
from civic.city import City
from civic.refusals import Refusal
from lvbi.commands.replay import hear_again
from storage.store import Store
from storage.tables import audit, inbox
from tests.people import Person, WireChannel


class Broken(Exception):
    """A fault of ours."""


async def break_down(turn: Turn, bot: int, update: dict[str, Any]) -> list[Call]:
    """Answer as a release with a fault does."""
    raise Broken


async def references(store: Store) -> list[str]:
    async with store.read() as tx:
        dead = select(inbox.c.reference).where(inbox.c.outcome == 'dead').order_by(inbox.c.id)
        return [row.reference for row in (await tx.execute(dead)).all()]


def open_to(*channels: Channel) -> dict[tuple[str, int], Channel]:
    return {(channel.name, channel.bot): channel for channel in channels}


async def test_a_letter_is_heard_again_and_closed(store: Store, city: City, wire: WireChannel) -> None:
    person = Person(Intake(store, city, break_down), wire)
    assert await person.send(person.message(text='/help')) is Outcome.DEAD
    (reference,) = await references(store)
    assert reference in wire.said[person.chat_id][-1].params['text']

    mended = Intake(store, city, make_answering())
    assert await hear_again(mended, open_to(wire), reference) == (Outcome.HEARD, None)
    async with store.read() as tx:
        noted = (await tx.execute(select(audit.c.door, audit.c.verb, audit.c.subject, audit.c.facts))).one()
    assert tuple(noted) == ('command', 'replay', reference, {'outcome': 'heard'})
    said = [call.params['text'] for call in wire.said[person.chat_id]]
    assert '12345' in said[-1]
    with pytest.raises(Refusal, match='no_such_letter'):
        await hear_again(mended, open_to(wire), reference)
    assert [call.params['text'] for call in wire.said[person.chat_id]] == said


async def test_a_tap_that_is_heard_again_finds_the_message_under_which_its_button_stood(
    store: Store, city: City, wire: WireChannel
) -> None:
    person = Person(Intake(store, city, break_down), wire)
    await person.taps('1:an_old_button', message_id=77)
    (reference,) = await references(store)
    await hear_again(Intake(store, city, make_answering()), open_to(wire), reference)
    [stripped] = [call for call in person.told if call.method == 'editMessageReplyMarkup']
    assert stripped.params['message_id'] == 77


async def test_a_letter_that_fails_again_gets_a_new_reference(store: Store, city: City, wire: WireChannel) -> None:
    broken = Intake(store, city, break_down)
    person = Person(broken, wire)
    await person.send(person.message(text='/help'))
    (reference,) = await references(store)
    outcome, again = await hear_again(broken, open_to(wire), reference)
    assert outcome is Outcome.DEAD
    assert await references(store) == [again]
    assert again != reference


async def test_a_letter_of_a_channel_that_is_closed_stays(store: Store, city: City, wire: WireChannel) -> None:
    broken = Intake(store, city, break_down)
    person = Person(broken, wire)
    await person.send(person.message(text='/help'))
    (reference,) = await references(store)
    with pytest.raises(Refusal, match='channel_closed'):
        await hear_again(broken, open_to(WebChannel()), reference)
    assert await references(store) == [reference]
