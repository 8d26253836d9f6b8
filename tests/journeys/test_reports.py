"""The whole way of a report: told, filed, taken up, asked, resolved, confirmed; and the ways aside."""

import asyncio

import pytest
from sqlalchemy import select

from bot.handlers import make_answering
from bot.intake import Intake
from civic import staff
from civic.city import City
from civic.places import Place, locate
from storage.given_up import FORGOTTEN
from storage.store import Store
from storage.tables import conversations, outbox, report_events, reports
from storage.tables import photos as photo_rows
from tests.people import Person, WireChannel

TASHAN = '330602001'


@pytest.fixture
def resident(intake: Intake, wire: WireChannel) -> Person:
    """A resident."""
    return Person(intake, wire)


async def make_officer(store: Store, intake: Intake, wire: WireChannel, city: City, role: str, unit: str) -> Person:
    """Somebody who has signed in as staff."""
    async with store.begin() as tx:
        _id, code = await staff.add_staff(tx, city, f'{role} {unit}', role, unit)
    officer = Person(intake, wire, chat_id=1000 + len(wire.said))
    assert '工作台' in await officer.says(f'/start {code}')
    return officer


async def file_one(person: Person, unit: str = TASHAN) -> None:
    """File a report with two photos and a place."""
    await person.shows('a', album='A')
    await person.shows('b', album='A')
    await person.is_at(30.0, 120.58)
    await person.taps('1:cat:black_water')
    await person.taps(f'1:str:{unit}')
    await person.says('河水发黑发臭，三天了')
    assert '已提交' in await person.taps('1:file')


async def report(store: Store) -> object:
    async with store.read() as tx:
        return (await tx.execute(select(reports).order_by(reports.c.id.desc()))).first()


async def test_filed_in_at_most_six_taps_after_the_photo(resident: Person, store: Store) -> None:
    await resident.shows('a', caption='河里全是黑水，臭了三天')
    await resident.is_at(30.0, 120.58)
    await resident.taps('💧 河水发黑发臭变色')
    assert '核对' in await resident.taps('塔山街道')
    assert '已提交，编号：SX26-000001-' in await resident.taps('✅ 提交')
    assert resident.last - resident.chat_id * 100_000 <= 7


async def test_a_report_without_photo_place_category_or_words_cannot_be_filed(resident: Person, store: Store) -> None:
    await resident.says('/report')
    await resident.says('河水发黑发臭，三天了')
    assert '还差一点' in await resident.taps('1:file')
    assert await report(store) is None


async def test_filing_twice_files_once(resident: Person, store: Store) -> None:
    await file_one(resident)
    assert '已经提交' in await resident.taps('1:file')
    async with store.read() as tx:
        assert len((await tx.execute(select(reports.c.id))).all()) == 1


async def test_it_may_begin_with_words_a_place_or_the_button(intake: Intake, wire: WireChannel) -> None:
    by_words, by_place, by_button = (Person(intake, wire, chat_id=number) for number in (1, 2, 3))
    assert '在哪里' in await by_words.says('工地半夜打桩吵得睡不着')
    assert '哪方面' in await by_place.is_at(30.0, 120.58)
    assert '先发哪样都行' in await by_button.says('反映')


async def test_album_members_in_any_order_get_one_answer_and_stay_together(resident: Person, store: Store) -> None:
    for name in ('c', 'a', 'b'):
        await resident.shows(name, album='A')
    answers = [call for call in resident.told if '在哪里' in str(call.params.get('text'))]
    assert len(answers) == 1
    async with store.read() as tx:
        assert len({row.draft for row in (await tx.execute(select(photo_rows.c.draft))).all()}) == 1


async def test_the_tenth_photo_is_told_once(resident: Person) -> None:
    for number in range(12):
        await resident.shows(str(number), album='A')
    assert resident.all_words.count('最多放 9 张') == 1


async def test_a_late_album_photo_finds_its_filed_report(resident: Person, store: Store, clock: object) -> None:
    await file_one(resident)
    await resident.shows('late', album='A')
    async with store.read() as tx:
        kept = (await tx.execute(select(photo_rows.c.draft))).all()
    assert {row.draft for row in kept} == {(await report(store)).draft}
    clock.tick(minutes=16)
    assert '来晚了' in await resident.shows('later', album='A')


async def test_a_draft_survives_and_several_can_be_taken_up_again(resident: Person) -> None:
    await resident.says('工地半夜打桩吵得睡不着')
    await resident.says('/report')
    await resident.says('有人在田里烧秸秆，烟很大')
    await resident.says('/cancel')
    await resident.says('/myreports')
    buttons = [row[0]['text'] for row in resident.told[-1].params['reply_markup']['inline_keyboard']]
    assert len([text for text in buttons if text.startswith('✏')]) == 2
    await resident.taps(buttons[0])
    assert '在哪里' in resident.words


async def test_one_more_like_this_keeps_place_and_category(resident: Person, store: Store) -> None:
    await file_one(resident)
    await resident.taps('➕ 附近再反映一个')
    await resident.shows('c')
    assert '核对' in await resident.says('旁边还有一处也发黑')
    await resident.taps('✅ 提交')
    again = await report(store)
    assert (again.category, again.unit_code, again.serial) == ('black_water', TASHAN, 2)


def border_of(city: City, county: str) -> Place:
    """A point of the county with one neighbour within the margin."""
    ring = next(area for area in city.areas if area.unit == county).polygons[0][0]
    places = (locate(city, lat, lon) for lon, lat in ring)
    return next(place for place in places if place.county == county and len(place.others) == 1)


async def test_near_a_border_the_resident_says_on_which_side_it_is(
    resident: Person, store: Store, city: City
) -> None:
    place = border_of(city, '330602')
    await resident.shows('a', caption='河里全是黑水，臭了三天')
    await resident.is_at(place.lat, place.lon)
    assert '交界' in await resident.taps('1:cat:black_water')
    (asked,) = [call for call in resident.told if '交界' in str(call.params.get('text'))]
    rows = asked.params['reply_markup']['inline_keyboard']
    offered = [button['callback_data'] for row in rows for button in row]
    assert offered == ['1:cnt:330602', f'1:cnt:{place.others[0]}']
    await resident.taps(offered[1])
    street = city.streets(place.others[0])[0]
    assert '核对' in await resident.taps(street.name.zh)
    assert '已提交' in await resident.taps('✅ 提交')
    assert (await report(store)).unit_code == street.code


async def test_impossible_coordinates_are_refused_with_the_reason(resident: Person) -> None:
    assert '坐标不对' in await resident.is_at(0.0, 0.0)


async def test_the_way_of_a_case_to_fixed(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.says('/staff')
    await officer.taps(await officer_line(officer))
    await officer.taps('✋ 受理')
    await officer.taps('❓ 请对方补充')
    await officer.says('具体是哪座桥边上？')
    await resident.taps('1:add:1')
    await resident.says('塔山桥东边')
    await officer.taps('1:sc:1')
    await officer.taps('▶ 开始办理')
    await officer.taps('✅ 办结')
    await officer.shows('result')
    await officer.taps('✅ 现在办结')
    case = await report(store)
    assert (case.state, case.owner_id) == ('resolved', 1)
    assert '已确认' in await resident.taps(f'1:ans:1:{case.version}:fixed')
    moves = await events(store)
    assert moves == ['file', 'claim', 'ask', 'answer', 'start', 'resolve', 'confirm']


async def officer_line(officer: Person) -> str:
    """The first case in the officer's queue."""
    return str(officer.told[-1].params['reply_markup']['inline_keyboard'][0][0]['text'])


async def events(store: Store) -> list[str]:
    async with store.read() as tx:
        return [
            row.move for row in (await tx.execute(select(report_events.c.move).order_by(report_events.c.id))).all()
        ]


async def test_not_fixed_goes_past_a_supervisor_who_never_signed_in(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'handler', '330602')
    await make_officer(store, intake, wire, city, 'supervisor', '3306')
    async with store.begin() as tx:
        await staff.add_staff(tx, city, '还没登录', 'supervisor', '330602')
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:resolve:1:2')
    await officer.says('已经清理')
    await resident.taps('1:ans:1:3:not')
    async with store.read() as tx:
        codes = [row.code for row in (await tx.execute(select(outbox.c.code))).all()]
    assert codes.count('report_reopen_requested') == 1


async def test_not_fixed_goes_to_the_supervisor_who_decides(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'handler', '330602')
    boss = await make_officer(store, intake, wire, city, 'supervisor', '330602')
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:resolve:1:2')
    await officer.says('已经清理')
    assert '主管' in await resident.taps('1:ans:1:3:not')
    assert '主管' in await officer.taps('1:do:reopen:1:4')
    await boss.taps('1:do:reopen:1:4')
    assert (await report(store)).state == 'in_progress'
    async with store.read() as tx:
        codes = [row.code for row in (await tx.execute(select(outbox.c.code).order_by(outbox.c.id))).all()]
    assert 'report_reopen_requested' in codes


async def test_a_street_officer_neither_sees_nor_touches_the_neighbour_street(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    neighbour = await make_officer(store, intake, wire, city, 'grid', '330602002')
    await file_one(resident)
    await neighbour.says('/staff')
    assert 'SX26' not in str(neighbour.told[-1].params)
    for button in ('1:sc:1', '1:do:claim:1:1', '1:orig:1', '1:why:not_ours:1:1', '1:to:1:1:1'):
        assert '没有找到' in await neighbour.taps(button), button
    assert (await report(store)).state == 'received'


async def test_rights_end_at_the_tap_and_not_when_the_button_was_drawn(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.taps('1:sc:1')
    async with store.begin() as tx:
        await staff.remove_staff(tx, 1)
    assert '工作人员' in await officer.taps('✋ 受理')
    assert (await report(store)).state == 'received'


async def test_of_twenty_officers_at_once_one_takes_the_case_and_the_others_are_told(
    resident: Person, store: Store, wire: WireChannel, city: City
) -> None:
    doors = [Intake(store, city, make_answering()) for _ in range(2)]
    officers = [await make_officer(store, doors[n % 2], wire, city, 'grid', TASHAN) for n in range(20)]
    await file_one(resident)
    answers = await asyncio.gather(*(officer.taps('1:do:claim:1:1') for officer in officers))
    faster = [n for n, answer in enumerate(answers) if '不能这样做了' not in answer and '有人改动' not in answer]
    assert [(await report(store)).owner_id] == [n + 1 for n in faster]
    assert await events(store) == ['file', 'claim']


async def test_strangers_find_nobody_elses_case(resident: Person, intake: Intake, wire: WireChannel) -> None:
    await file_one(resident)
    number = next(word for word in resident.all_words.split() if 'SX26-000001' in word)
    stranger = Person(intake, wire, chat_id=99)
    assert '没有找到' in await stranger.says(number.split('：')[-1])
    for button in ('1:case:1', '1:wd:1:1:yes', '1:ans:1:1:fixed', '1:add:1'):
        assert '没有找到' in await stranger.taps(button), button


async def test_a_command_that_we_do_not_know_gets_help_and_lands_in_no_report(resident: Person) -> None:
    await resident.shows('a')
    assert '/myreports' in await resident.says('/human')
    assert '哪方面' in await resident.is_at(30.0, 120.58)


async def test_a_mistyped_number_is_noticed(resident: Person) -> None:
    assert '打错' in await resident.says('SX26-000001-A')


async def test_forgetting_asks_twice_and_detaches_at_once(resident: Person, store: Store) -> None:
    await file_one(resident)
    await resident.says('/forget')
    await resident.taps('继续')
    assert '1 件没办完' in await resident.taps('是的，删除')
    async with store.read() as tx:
        chats = select(conversations.c.channel).join(reports, reports.c.conversation_id == conversations.c.id)
        assert (await tx.execute(chats)).scalar_one() == FORGOTTEN
    assert '还没有反映' in await resident.says('/myreports')


async def test_everything_is_answered_in_english_too(intake: Intake, wire: WireChannel) -> None:
    person = Person(intake, wire, chat_id=5, language='en')
    await person.shows('a', caption='black water in the river for three days')
    await person.is_at(30.0, 120.58)
    await person.taps('1:cat:black_water')
    assert 'Please check' in await person.taps('1:str:330602001')
    assert 'Filed. Your number' in await person.taps('✅ File the report')


def test_answering_can_be_made_twice() -> None:
    """Each process makes its own routers."""
    assert make_answering() is not make_answering()
