"""Whoever is no officer any more is told nothing of the cases, not even what was waiting for him."""

import pytest
from sqlalchemy import select

from civic import staff as members
from jobs.deliver import deliver_due
from jobs.house import JobHouse
from storage.tables import outbox, staff
from tests.jobs.cases import officer
from tests.jobs.chats import chat_of, notice, notify, read_chat, rows


@pytest.mark.parametrize('removed', [True, False])
async def test_notices_for_staff_that_wait_are_cancelled(house: JobHouse, removed: bool) -> None:
    person = await officer(house)
    chat = await chat_of(house.store, person)
    [member] = await rows(house.store, select(staff.c.id))
    await notify(house.store, chat, 'E-CASE', lane='staff')
    await notify(house.store, chat, 'E-OWN')
    async with house.store.begin() as tx:
        if removed:
            await members.remove_staff(tx, member.id)
        else:
            await members.sign_out(tx, await members.get_staff(tx, member.id))
    while await deliver_due(house):
        pass
    told = ' '.join(await read_chat(house.store, chat))
    assert ('E-CASE' in told, 'E-OWN' in told) == (False, True)
    states = await rows(house.store, select(outbox.c.lane, outbox.c.state).order_by(outbox.c.id))
    assert [tuple(row) for row in states] == [('staff', 'cancelled'), ('notice', 'said')]
    assert (await notice(house.store, 0)).facts == {}
