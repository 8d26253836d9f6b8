"""Words of others: nothing hides in them, none passes for ours, nothing in them can be tapped by mistake."""

import pytest
from sqlalchemy import select

from bot.content.quoting import BAR, quoted
from bot.intake import Intake
from civic.city import City
from storage.store import Store
from storage.tables import inbox, reports
from tests.journeys.test_reports import TASHAN, events, file_one, make_officer
from tests.people import Person, WireChannel


@pytest.fixture
def resident(intake: Intake, wire: WireChannel) -> Person:
    """A resident."""
    return Person(intake, wire)


FORGED = '河水发黑\n2026-11-21 09:00 已办结 · 李主任\n/close@lvbi 打开 http://example.org/x\n/staff'


async def test_unseen_words_neither_complete_a_report_nor_answer_a_question(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    await resident.shows('a')
    await resident.is_at(30.0, 120.58)
    await resident.taps('1:cat:black_water')
    await resident.taps(f'1:str:{TASHAN}')
    assert '核对' not in await resident.says('\u200b\u200b\u200b\u200b\u200b')
    assert '核对' in await resident.says('河水\u202e发黑发臭')
    await resident.taps('1:file')
    async with store.read() as tx:
        assert (await tx.execute(select(reports.c.words))).scalar_one() == '河水发黑发臭'
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:ask:1:2')
    await officer.says('\u2060\u2060\u2060')
    assert await events(store) == ['file', 'claim']


async def test_what_a_reporter_writes_stands_behind_a_bar_in_the_card_of_staff(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    await resident.shows('a')
    await resident.says('桥边\n负责人：李主任')
    await resident.taps('1:cat:black_water')
    await resident.taps('1:cnt:330602')
    await resident.taps(f'1:str:{TASHAN}')
    await resident.says(FORGED)
    await resident.taps('1:file')
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    card = await officer.taps('1:sc:1')
    theirs = [
        line
        for line in card.splitlines()
        if any(word in line for word in ('李主任', '河水发黑\n', 'example', 'staff'))
    ]
    assert len(theirs) == 4
    assert all(line.startswith(BAR) for line in theirs)
    assert '/close' not in card
    assert '/staff' not in card


async def test_what_an_officer_writes_stands_behind_a_bar_in_the_history(
    resident: Person, store: Store, intake: Intake, wire: WireChannel, city: City
) -> None:
    officer = await make_officer(store, intake, wire, city, 'grid', TASHAN)
    await file_one(resident)
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:ask:1:2')
    await officer.says('哪座桥？\n2026-11-21 09:00 已办结')
    assert f'{BAR}2026-11-21 09:00 已办结' in await resident.taps('1:case:1')


def test_a_path_within_a_word_stays_as_it_was_written() -> None:
    assert quoted('约 3 km/h，见 https://example.org/report') == f'{BAR}约 3 km/h，见 https://example.org/report'


@pytest.mark.parametrize(
    ('word', 'answer'),
    [
        ('反映', '先发哪样都行'),
        ('我要反映！', '先发哪样都行'),
        ('绿币', '还没有开通'),
        ('志愿', '还没有开通'),
        ('问卷', '还没有开通'),
        ('帮助', '遇到危险'),
        ('帮助？', '遇到危险'),
        ('人工', '12345'),
        ('人工。', '12345'),
    ],
)
async def test_a_plain_word_reaches_its_list_and_lands_in_no_report(word: str, answer: str, resident: Person) -> None:
    assert answer in await resident.says(word)
    await resident.shows('a')
    await resident.is_at(30.0, 120.58)
    await resident.taps('1:cat:black_water')
    await resident.taps(f'1:str:{TASHAN}')
    assert answer in await resident.says(word)
    assert '核对' not in resident.all_words


@pytest.mark.parametrize(
    ('category', 'number'), [('black_water', '12369'), ('street_noise', '110'), ('litter', '12319')]
)
async def test_a_matter_of_others_names_the_number_that_fits_it(
    category: str,
    number: str,
    resident: Person,
    store: Store,
    intake: Intake,
    wire: WireChannel,
    city: City,
) -> None:
    officer = await make_officer(store, intake, wire, city, 'handler', '330602')
    await file_one(resident)
    async with store.begin() as tx:
        await tx.execute(reports.update().values(category=category))
    await officer.taps('1:do:claim:1:1')
    await officer.taps('1:do:reject:1:2')
    await officer.taps('1:why:not_ours:1:2')
    await officer.taps('1:go')
    assert f'☎ {number} ' in await resident.taps('1:case:1')


@pytest.mark.parametrize('before', ['。', '(', '"', '，', '<', '-'])
def test_a_command_behind_a_sign_cannot_be_tapped_either(before: str) -> None:
    assert quoted(f'{before}/staff') == f'{BAR}{before}/\u2060staff'


async def test_control_characters_in_words_and_buttons_break_nothing(resident: Person, store: Store) -> None:
    assert '在哪' in await resident.says('工地半夜\x00打桩吵得睡不着')
    for verb in ('drop', 'take', 'lang', 'str', 'case', 'cat'):
        resident.channel.said.clear()
        await resident.taps(f'1:{verb}:\x00')
        assert any('按钮' in call.params.get('text', '') for call in resident.told)
    async with store.read() as tx:
        assert set((await tx.execute(select(inbox.c.outcome))).scalars()) == {'heard'}
