"""The open cases of an officer who leaves are nobody's ghosts: colleagues take them up, a supervisor is told once."""

import pytest
from sqlalchemy import select, update

from civic import staff as members
from jobs.copies import remove_copies
from jobs.deliver import deliver_due
from jobs.house import JobHouse
from storage.tables import outbox, report_events, reports, staff
from tests.clock import FakeClock
from tests.jobs.cases import TASHAN, case, files_report, officer
from tests.jobs.chats import WebPerson, chat_of, read_chat, rows, web_person


async def supervisor(house: JobHouse, unit: str = '330602', chat_id: int = 2000) -> WebPerson:
    async with house.store.begin() as tx:
        _id, code = await members.add_staff(tx, house.city, '陈主管', 'supervisor', unit)
    person = await web_person(house.intake, chat_id=chat_id)
    await person.says(f'/start {code}')
    return person


async def told(house: JobHouse, person: WebPerson) -> str:
    while await deliver_due(house):
        pass
    return '\n'.join(await read_chat(house.store, await chat_of(house.store, person)))


@pytest.mark.parametrize('removed', [True, False])
async def test_open_cases_go_back_to_the_queue_and_the_nearest_supervisor_is_told_once(
    house: JobHouse, removed: bool
) -> None:
    reporter, member = await web_person(house.intake), await officer(house)
    above, far = await supervisor(house), await supervisor(house, '330681', chat_id=2001)
    taken, resolved, closed = [await files_report(house, reporter) for _ in range(3)]
    for one in (taken, resolved, closed):
        await member.taps(f'1:do:claim:{one}:1')
    async with house.store.begin() as tx:
        for one, state in ((resolved, 'resolved'), (closed, 'confirmed')):
            await tx.execute(update(reports).where(reports.c.id == one).values(state=state))
    [officer_id] = await rows(house.store, select(staff.c.id).where(staff.c.role == 'grid'))
    if removed:
        async with house.store.begin() as tx:
            await members.remove_staff(tx, officer_id.id)
    else:
        await member.taps('1:staffout')
    found = [await case(house, one) for one in (taken, resolved, closed)]
    assert [(one.state, one.owner_id) for one in found] == [
        ('received', None),
        ('resolved', None),
        ('confirmed', officer_id.id),
    ]
    lines = await rows(house.store, select(report_events).where(report_events.c.move == 'return'))
    assert [(line.report_id, line.state_from, line.state_to) for line in lines] == [
        (taken, 'accepted', 'received'),
        (resolved, 'resolved', 'resolved'),
    ]
    assert (await told(house, above)).count('王芳已离开') == 1
    assert '需要重新受理的反映：2' in await told(house, above)
    assert '王芳' not in await told(house, far)
    notices = await rows(house.store, select(outbox.c.id).where(outbox.c.code == 'cases_returned'))
    assert len(notices) == 1
    colleague = await officer(house, chat_id=1001)
    await colleague.taps(f'1:do:claim:{taken}:{found[0].version}')
    assert (await case(house, taken)).state == 'accepted'
    assert '工作人员离开，待重新受理' in await told(house, colleague)


async def test_a_case_that_he_took_up_at_the_very_moment_is_free_a_little_later(
    house: JobHouse, clock: FakeClock
) -> None:
    reporter, member = await web_person(house.intake), await officer(house)
    report_id = await files_report(house, reporter)
    [one] = await rows(house.store, select(staff.c.id))
    await member.taps('1:staffout')
    taken = {'owner_id': one.id, 'state': 'accepted', 'version': 2}
    async with house.store.begin() as tx:
        await tx.execute(update(reports).where(reports.c.id == report_id).values(**taken))
    clock.tick(seconds=10)
    await remove_copies(house)
    found = await case(house, report_id)
    assert (found.state, found.owner_id, found.version, found.unit_code) == ('received', None, 3, TASHAN)


async def test_whoever_signs_in_on_another_device_keeps_his_cases(house: JobHouse, clock: FakeClock) -> None:
    member = await officer(house)
    report_id = await files_report(house, await web_person(house.intake))
    await member.taps(f'1:do:claim:{report_id}:1')
    [one] = await rows(house.store, select(staff.c.id))
    async with house.store.begin() as tx:
        code = await members.renew_code(tx, one.id)
    await (await web_person(house.intake, chat_id=1001)).says(f'/start {code}')
    clock.tick(seconds=10)
    await remove_copies(house)
    assert (await case(house, report_id)).owner_id == one.id
