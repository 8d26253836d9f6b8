"""Photos of a case: which are shown to whom when, which count as proof, and when they still may join."""

import pytest
from sqlalchemy import select, update

from bot.intake import Intake
from civic import photos, staff
from civic.city import City
from civic.people import Resident
from storage.store import Store
from storage.tables import outbox, report_events, reports
from storage.tables import photos as photo_rows
from tests.clock import FakeClock
from tests.journeys.test_reports import TASHAN, events, file_one, make_officer
from tests.people import Person, WireChannel


@pytest.fixture
def resident(intake: Intake, wire: WireChannel) -> Person:
    """A resident."""
    return Person(intake, wire)


@pytest.fixture
async def officer(store: Store, intake: Intake, wire: WireChannel, city: City) -> Person:
    """The officer of the street."""
    return await make_officer(store, intake, wire, city, 'grid', TASHAN)


async def clean(store: Store) -> None:
    """As if the jobs had cleaned every photo."""
    async with store.begin() as tx:
        await tx.execute(update(photo_rows).values(state='ready'))


def pictures(person: Person) -> str:
    """The methods and files of all pictures that somebody was shown."""
    return str([call.params for call in person.told if call.method in ('sendPhoto', 'sendMediaGroup')])


async def may_see_result(store: Store, resident_id: int) -> bool:
    """Tell whether the reporter would be given the newest result photo by its address."""
    async with store.read() as tx:
        newest = select(photo_rows.c.token).where(photo_rows.c.purpose == 'result').order_by(photo_rows.c.id.desc())
        photo = await photos.find_photo(tx, (await tx.execute(newest.limit(1))).scalar_one())
        assert photo is not None
        return photos.may_see(photo, -1, Resident(resident_id, 'zh', False, None), None)


async def test_the_reporter_sees_the_result_only_once_it_is_resolved(
    resident: Person, officer: Person, store: Store, clock: FakeClock
) -> None:
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:resolve:1:2')
    await officer.shows('done')
    await clean(store)
    async with store.read() as tx:
        reporter = (await tx.execute(select(reports.c.resident_id))).scalar_one()
    await resident.taps('1:case:1')
    assert 'evidence' in pictures(resident)
    assert 'result' not in pictures(resident)
    assert not await may_see_result(store, reporter)
    clock.tick(minutes=1)
    await officer.taps('✅ 现在办结')
    await resident.taps('1:case:1')
    assert 'result' in pictures(resident)
    assert await may_see_result(store, reporter)


async def test_a_result_of_the_next_round_waits_for_the_next_resolution(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City, clock: FakeClock
) -> None:
    boss = await make_officer(store, intake, wire, city, 'supervisor', '330602')
    await file_one(resident)
    await boss.taps('1:do:claim:1:1')
    await boss.taps('1:do:resolve:1:2')
    await boss.says('已经清理')
    await resident.taps('1:ans:1:3:not')
    await boss.taps('1:do:reopen:1:4')
    clock.tick(hours=1)
    await boss.taps('1:do:resolve:1:5')
    await boss.shows('again')
    await clean(store)
    assert not await may_see_result(store, 2)
    await resident.taps('1:case:1')
    assert 'result' not in pictures(resident)


async def test_a_photo_uploaded_before_the_question_answers_it_when_it_is_sent_after(
    resident: Person, officer: Person, store: Store, intake: Intake, clock: FakeClock
) -> None:
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    phone = Person(intake, WireChannel(keeps_uploads=True), resident.chat_id)
    phone.last = resident.last + 100
    async with store.begin() as tx:
        chat = select(reports.c.conversation_id)
        token = await photos.keep_upload(tx, (await tx.execute(chat)).scalar_one(), {})
    clock.tick(minutes=3)
    await officer.taps('1:do:ask:1:2')
    await officer.says('请拍一张近的')
    clock.tick(minutes=1)
    await phone.taps('1:add:1')
    await phone.shows(token)
    assert (await events(store))[-1] == 'answer'


async def test_a_report_that_needs_a_photo_is_not_filed_on_a_count_alone(resident: Person, store: Store) -> None:
    await resident.shows('a', caption='河里全是黑水，臭了三天')
    await resident.is_at(30.0, 120.58)
    await resident.taps('1:cat:black_water')
    await resident.taps(f'1:str:{TASHAN}')
    async with store.begin() as tx:
        await tx.execute(photo_rows.delete())
    assert '照片' in await resident.taps('✅ 提交')
    assert '核对' in await resident.shows('b')
    assert '已提交' in await resident.taps('✅ 提交')


async def test_late_photos_of_an_album_leave_one_line_in_the_history_and_tell_the_officer(
    resident: Person, officer: Person, store: Store
) -> None:
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await resident.shows('late', album='A')
    await resident.shows('later', album='A')
    assert await events(store) == ['file', 'claim', 'add']
    async with store.read() as tx:
        told = (await tx.execute(select(outbox.c.facts).where(outbox.c.code == 'report_answered'))).all()
    assert [row.facts['event'] for row in told] == ['add']


@pytest.mark.parametrize('closed', ['resolved', 'rejected'])
async def test_late_photos_of_an_album_do_not_join_a_case_that_is_done(
    closed: str, resident: Person, store: Store
) -> None:
    await file_one(resident)
    async with store.begin() as tx:
        await tx.execute(update(reports).values(state=closed))
    assert '不能这样做了' in await resident.shows('late', album='A')
    async with store.read() as tx:
        assert len((await tx.execute(select(photo_rows.c.id))).all()) == 2
        assert len((await tx.execute(select(report_events.c.id))).all()) == 1
    assert await resident.taps('看看这件事')


async def test_an_old_card_of_staff_leads_to_the_case_as_it_stands(
    resident: Person, officer: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    other = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    for old in ('1:do:claim:1:1', '1:do:ask:1:2'):
        await other.taps(old)
        assert other.told[-2].params['reply_markup']['inline_keyboard'][0][0]['callback_data'] == '1:sc:1'
    assert 'SX26-000001' in await other.taps('看看这件事')
    async with store.begin() as tx:
        await staff.remove_staff(tx, 2)
    assert '工作人员' in await other.taps('1:sc:1')


@pytest.mark.parametrize('old', ['1:wd:1:1:yes', '1:ans:1:1:fixed', '1:add:1'])
async def test_an_old_card_of_the_reporter_leads_to_the_case_as_it_stands(
    old: str, resident: Person, store: Store
) -> None:
    await file_one(resident)
    async with store.begin() as tx:
        await tx.execute(update(reports).values(state='rejected', version=2))
    await resident.taps(old)
    assert '不予受理' in await resident.taps('看看这件事')
