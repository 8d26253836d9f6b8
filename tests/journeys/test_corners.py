"""Corners of the dialog where words, photos or rights could land in the wrong place."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.content import residents
from bot.handlers.commands import SPOKEN
from bot.intake import Intake
from civic.city import City
from storage.store import Store
from storage.tables import audit, outbox, report_events, reports
from tests.jobs.chats import chat_of, read_chat, web_person
from tests.journeys.test_reports import TASHAN, file_one, make_officer
from tests.people import Person, WireChannel


@pytest.fixture
def resident(intake: Intake, wire: WireChannel) -> Person:
    """A resident."""
    return Person(intake, wire)


async def state(store: Store) -> str:
    async with store.read() as tx:
        return str((await tx.execute(select(reports.c.state).order_by(reports.c.id))).all()[0].state)


def test_every_spoken_word_leads_somewhere() -> None:
    assert residents.spoken().keys() == SPOKEN.keys()


async def test_the_words_of_the_place_button_ask_for_the_place(resident: Person) -> None:
    assert '在哪里' in await resident.says('📍 发位置')


async def test_a_case_number_within_a_sentence_stays_part_of_it(resident: Person, store: Store) -> None:
    await file_one(resident)
    await resident.taps('➕ 附近再反映一个')
    await resident.shows('c')
    assert '核对' in await resident.says('和 SX26-000001-I 是同一条河，昨天又排黑水')
    await resident.taps('✅ 提交')
    async with store.read() as tx:
        words = [row.words for row in (await tx.execute(select(reports.c.words).order_by(reports.c.id))).all()]
    assert 'SX26-000001-I' in words[1]


async def test_photos_of_an_earlier_round_prove_nothing(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City, clock: object
) -> None:
    boss = await make_officer(store, intake, wire, city, 'supervisor', '330602')
    await file_one(resident)
    await boss.taps('1:do:claim:1:1')
    await boss.taps('1:do:resolve:1:2')
    await boss.shows('first round')
    await boss.taps('✅ 现在办结')
    clock.tick(days=1)
    await resident.taps('1:ans:1:3:not')
    await boss.taps('1:do:reopen:1:4')
    await boss.taps('1:do:resolve:1:5')
    assert '处理后的照片' in await boss.taps('1:go')
    assert await state(store) == 'in_progress'


async def test_a_photo_sent_as_the_answer_reaches_the_officer_without_another_tap(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:ask:1:2')
    await officer.says('请拍一张近的')
    await resident.taps('1:add:1')
    await resident.shows('near')
    assert await state(store) == 'answered'
    async with store.read() as tx:
        codes = [row.code for row in (await tx.execute(select(outbox.c.code).order_by(outbox.c.id))).all()]
    assert codes[-1] == 'report_answered'


async def test_where_nobody_works_those_who_direct_are_told_and_else_nothing_is_promised(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    await file_one(resident)
    assert '一上线就能看到' in resident.words
    await make_officer(store, intake, wire, city, 'admin', '3306')
    other = Person(intake, wire, chat_id=8)
    await file_one(other)
    assert '已经通知' in other.words


async def test_officers_words_do_not_land_in_the_case_they_left(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:ask:1:2')
    await officer.says('/staff')
    await officer.says('这句话不是问反映人的')
    async with store.read() as tx:
        moves = [row.move for row in (await tx.execute(select(report_events.c.move))).all()]
    assert 'ask' not in moves


async def test_a_dangerous_category_warns_at_once(resident: Person, city: City) -> None:
    urgent = next(one for one in city.open_categories() if one.urgent and one.hint)
    await resident.says('/report')
    await resident.is_at(30.0, 120.58)
    await resident.taps(f'1:cat:{urgent.code}')
    assert f'⚠ {urgent.hint.at("zh")}' in resident.all_words


async def test_looking_at_another_case_leaves_the_one_that_was_written_to(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await file_one(resident_again := Person(intake, wire, chat_id=8))
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:ask:1:2')
    number = next(word for word in resident_again.all_words.split() if 'SX26-000002' in word)
    assert 'SX26-000002' in await officer.says(number.split('：')[-1])
    await officer.says('这句话是写给第二件的')
    assert await state(store) == 'accepted'


async def test_a_cancelled_refusal_of_a_case_is_not_carried_out(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'handler', '330602')
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:why:not_ours:1:2')
    await officer.taps('1:cancel')
    assert '过时' in await officer.taps('1:go')
    assert await state(store) == 'accepted'


@pytest.mark.parametrize('forged', ['1:wd:1:99999999999:yes', '1:ans:1:0:not', '1:wd:1:' + 'x' * 50])
async def test_a_forged_version_is_refused_in_a_sentence(resident: Person, store: Store, forged: str) -> None:
    await file_one(resident)
    await resident.taps(forged)
    assert '编号：E-' not in resident.words
    assert await state(store) == 'received'


async def test_a_made_up_album_is_no_way_around_the_flood_guard(resident: Person) -> None:
    for number in range(60):
        await resident.shows(str(number), album='one for all')
    assert '歇一分钟' in resident.all_words


async def test_an_album_without_a_name_is_only_a_photo(resident: Person) -> None:
    heard = resident.message(photo=[{'file_id': 'a', 'file_unique_id': 'a', 'width': 9, 'height': 9}])
    await resident.send(replace(heard, album=''))
    assert '在哪里' in resident.words


async def test_each_look_at_the_queue_is_noted_without_words(
    store: Store, intake: Intake, wire: WireChannel, city: City, resident: Person
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.says('/staff')
    await officer.taps('1:q:done:0')
    async with store.read() as tx:
        looks = select(audit.c.staff_id, audit.c.subject, audit.c.facts).where(audit.c.verb == 'list')
        noted = (await tx.execute(looks.order_by(audit.c.id))).all()
    assert [tuple(row) for row in noted] == [
        (1, 'open', {'page': 0, 'count': 1}),
        (1, 'done', {'page': 0, 'count': 0}),
    ]


async def test_the_help_names_large_type_and_another_phone_only_where_the_chat_is_our_page(
    resident: Person, intake: Intake, store: Store
) -> None:
    assert '/settings 换语言、看我的数据' in await resident.says('/help')
    page = await web_person(intake, chat_id=8)
    [help_text] = [said for said in await read_chat(store, await chat_of(store, page)) if '/settings' in said]
    assert '用大字、换手机' in help_text
