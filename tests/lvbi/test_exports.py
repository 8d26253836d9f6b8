"""Exports: whole or not at all, in flat memory, safe in a spreadsheet, without words unless asked for."""

import csv
import io
import json
import tempfile
import tracemalloc
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from civic.city import City
from civic.refusals import Refusal
from civic.reports.exports import COLUMNS, Wanted
from civic.staff import add_staff
from lvbi.commands.asked import Asked
from lvbi.commands.exporting import Wish, write_reports
from lvbi.exports.csv import safe
from lvbi.exports.xlsx import XlsxWriter
from lvbi.refused import lines_of
from storage.store import Store
from storage.tables import audit, photos, reports
from tests.clock import NOON
from tests.lvbi.running import lvbi

STREET = '3306/330602/330602001'
EVERYTHING = Wanted()
MUCH_LATER = datetime(9999, 12, 31, 23, tzinfo=UTC)  # has no local time in the calendar
# What people have put into forms to be run by whoever opens the export.
RUN_ME = (
    '=1+1',
    '=cmd|" /C calc"!A0',
    '+1',
    '-2+3',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '  =1',
    '＝1',
    '－1',
    '\u3000@a',
    '=HYPERLINK("http://x","y")',
)
HARMLESS = ('河里都是黑水', 'a;=1', 'https://x.example', '12', '', "'quoted'", 'two\nlines', '"', '𠮷😀')


async def file_reports(store: Store, *rows: dict[str, Any], count: int = 1) -> None:
    """Put reports straight into the store: `count` plain ones, or one for each of `rows`."""
    plain = {
        'city': 'shaoxing',
        'year': 2026,
        'state': 'received',
        'category': 'factory_smoke',
        'unit_code': '330602001',
        'unit_path': STREET,
        'words': '河里都是黑水' * 10,
        'lat': 30.001234,
        'lon': 120.581234,
        'place_words': '3 号楼 201',
        'owner_id': None,
        'answer': None,
        'filed_at': NOON,
        'moved_at': NOON,
        'accepted_at': None,
    }
    made = [plain | {'serial': n, 'draft': f'd{n}'} | row for n, row in enumerate(rows or [{}] * count, 1)]
    async with store.begin() as tx:
        await tx.execute(insert(reports), made)


async def export(store: Store, city: City, path: Path, wanted: Wanted = EVERYTHING, **wish: Any) -> int:
    form = path.suffix[1:]
    return await write_reports(store, city, wanted, Wish(output=str(path), **wish), form)


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode('utf-8-sig'), newline='')))


def wish_for(city: City, asked: dict[str, Any], wish: dict[str, Any]) -> tuple[Wanted, str]:
    return Asked(**asked).wanted(city), Wish(**wish).writer()


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_an_export_holds_no_words_and_no_exact_place_unless_asked_for(
    store: Store, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('LC_ALL', 'zh_CN.UTF-8')
    async with store.begin() as tx:
        owner, _code = await add_staff(tx, city, '张三', 'grid', '330602001')
    await file_reports(store, {'owner_id': owner, 'state': 'accepted', 'accepted_at': NOON + timedelta(hours=1)})
    async with store.begin() as tx:
        kept = {'conversation_id': None, 'draft': 'd1', 'purpose': 'evidence', 'received_at': NOON}
        rows = [
            kept | {'token': f't{n}', 'source': f's{n}', 'state': state}
            for n, state in enumerate(('ready', 'pending'))
        ]
        await tx.execute(insert(photos), rows)
    assert await export(store, city, tmp_path / 'plain.csv') == 1
    (line,) = read_csv(tmp_path / 'plain.csv')
    assert list(line) == list(COLUMNS)
    assert line == {
        'number': 'SX26-000001-' + line['number'][-1],
        'state': 'accepted',
        'category': 'factory_smoke',
        'category_name': city.category('factory_smoke').name.zh,
        'unit': '330602001',
        'unit_name': city.unit('330602001').name.zh,
        'county': city.unit('330602').name.zh,
        'filed_at': '2026-11-20T12:00:00+08:00',
        'accepted_at': '2026-11-20T13:00:00+08:00',
        'resolved_at': '',
        'closed_at': '',
        'owner': '张三',
        'answer': '',
        'lat': '30.001',
        'lon': '120.581',
        'photos': '1',
    }
    assert await export(store, city, tmp_path / 'all.csv', words=True, exact=True) == 1
    (line,) = read_csv(tmp_path / 'all.csv')
    assert list(line) == [*COLUMNS, 'place_words', 'words']
    assert (line['lat'], line['place_words'], line['words']) == ('30.001234', '3 号楼 201', '河里都是黑水' * 10)


@pytest.mark.parametrize('form', ['csv', 'xlsx', 'geojson'])
async def test_five_thousand_reports_take_no_more_memory_than_a_few_hundred(
    store: Store, city: City, tmp_path: Path, form: str
) -> None:
    await file_reports(store, count=5000)
    await export(store, city, tmp_path / f'warm.{form}', Wanted(since=NOON + timedelta(days=1)))
    tracemalloc.start()
    try:
        assert await export(store, city, tmp_path / f'out.{form}', words=True) == 5000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / f'out.{form}').stat().st_size > 100_000
    assert peak < 3_000_000, peak


async def test_nothing_in_a_csv_is_taken_for_a_formula(sqlite_store: Store, city: City, tmp_path: Path) -> None:
    await file_reports(sqlite_store, *({'words': words} for words in (*RUN_ME, *HARMLESS)))
    await export(sqlite_store, city, tmp_path / 'out.csv', words=True)
    found = [line['words'] for line in read_csv(tmp_path / 'out.csv')]
    assert found == [f"'{words}" for words in RUN_ME] + list(HARMLESS)
    assert safe(-3.5) == -3.5
    assert '"a;=1"' in (tmp_path / 'out.csv').read_text(encoding='utf-8-sig')


async def test_a_workbook_holds_the_very_strings(sqlite_store: Store, city: City, tmp_path: Path) -> None:
    said = [*(words for words in RUN_ME if '\r' not in words), *HARMLESS]
    await file_reports(sqlite_store, *({'words': words} for words in said), {'words': 'bell\x07'})
    await export(sqlite_store, city, tmp_path / 'out.xlsx', words=True)
    rows = list(openpyxl.load_workbook(tmp_path / 'out.xlsx').active.rows)
    assert [cell.value for cell in rows[0]] == [*COLUMNS, 'words']
    assert [row[-1].value or '' for row in rows[1:]] == [*said, 'bell']
    assert {row[-1].data_type for row in rows[1:] if row[-1].value} == {'s'}
    assert all(row[-1].hyperlink is None for row in rows)
    assert rows[1][COLUMNS.index('lat')].value == 30.001


def test_a_full_sheet_is_followed_by_another(tmp_path: Path) -> None:
    with (tmp_path / 'out.xlsx').open('wb') as file, closing(XlsxWriter(file, ['n'], most_rows=3)) as writer:
        for number in range(5):
            writer.write({'n': number})
        writer.finish()
    book = openpyxl.load_workbook(tmp_path / 'out.xlsx')
    assert [[row[0].value for row in sheet.rows] for sheet in book] == [['n', 0, 1], ['n', 2, 3], ['n', 4]]


async def test_the_geojson_is_a_map_of_points(sqlite_store: Store, city: City, tmp_path: Path) -> None:
    await file_reports(sqlite_store, {}, {'lat': None, 'lon': None, 'words': RUN_ME[0]})
    await export(sqlite_store, city, tmp_path / 'out.geojson', words=True)
    said = json.loads((tmp_path / 'out.geojson').read_bytes())
    assert said['type'] == 'FeatureCollection'
    first, second = said['features']
    assert first['geometry'] == {'type': 'Point', 'coordinates': [120.581, 30.001]}
    assert (second['geometry'], second['properties']['words']) == (None, '=1+1')
    assert {'lat', 'lon'} & set(first['properties']) == set()
    await export(sqlite_store, city, tmp_path / 'none.geojson', Wanted(states=('confirmed',)))
    assert json.loads((tmp_path / 'none.geojson').read_bytes())['features'] == []


async def test_filters_take_unit_state_category_and_days_of_the_city(
    store: Store, city: City, tmp_path: Path
) -> None:
    late = NOON.replace(hour=15, minute=59)  # 23:59 in Shaoxing
    await file_reports(
        store,
        {'filed_at': late},
        {'filed_at': late + timedelta(minutes=1)},
        {'unit_code': '330604', 'unit_path': '3306/330604'},
        {'state': 'resolved', 'category': 'river_litter'},
    )

    async def found(*asked: Any) -> list[int]:
        wanted = Asked(*asked).wanted(city)
        await export(store, city, tmp_path / 'out.csv', wanted, force=True)
        return [int(line['number'][5:11]) for line in read_csv(tmp_path / 'out.csv')]

    assert await found('330602', (), (), None, None) == [1, 2, 4]
    assert await found(None, ('resolved', 'confirmed'), (), None, None) == [4]
    assert await found(None, (), ('river_litter',), None, None) == [4]
    assert await found(None, (), (), '2026-11-20', '2026-11-20') == [1, 3, 4]
    assert await found(None, (), (), '2026-11-21', None) == [2]


@pytest.mark.parametrize('form', ['csv', 'xlsx', 'geojson'])
async def test_an_export_that_breaks_off_leaves_nothing_behind(
    sqlite_store: Store, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    (tmp_path / 'room').mkdir()
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path / 'room'))
    await file_reports(sqlite_store, count=2)
    async with sqlite_store.begin() as tx:
        await tx.execute(update(reports).where(reports.c.serial == 2).values(accepted_at=MUCH_LATER))
    there = names_in(tmp_path)
    with pytest.raises(OverflowError):
        await export(sqlite_store, city, tmp_path / f'out.{form}')
    assert names_in(tmp_path) == there
    assert names_in(tmp_path / 'room') == set()


async def test_a_file_that_is_there_stays_unless_it_may_go(sqlite_store: Store, city: City, tmp_path: Path) -> None:
    await file_reports(sqlite_store, count=3)
    (tmp_path / 'out.csv').write_text('mine')
    with pytest.raises(Refusal, match='file_there'):
        await export(sqlite_store, city, tmp_path / 'out.csv')
    assert (tmp_path / 'out.csv').read_text() == 'mine'
    await export(sqlite_store, city, tmp_path / 'out.csv', force=True)
    assert len(read_csv(tmp_path / 'out.csv')) == 3
    with pytest.raises(Refusal, match='file_not_writable'):
        await export(sqlite_store, city, tmp_path / 'nowhere' / 'out.csv')
    with pytest.raises(Refusal, match='file_not_writable'):
        await write_reports(sqlite_store, city, EVERYTHING, Wish(output=str(tmp_path)), 'csv')


async def test_reports_are_listed_shown_and_exported_from_the_command_line(
    sqlite_store: Store, city: City, tmp_path: Path
) -> None:
    await file_reports(sqlite_store, {'words': 'black \x1b[31mwater'}, {'state': 'resolved'})
    where = {'LVBI_DATABASE_URL': f'sqlite:///{tmp_path}/lvbi.db'}
    listed = lvbi(tmp_path, 'reports', 'list', '--state', 'received', **where).stdout.splitlines()
    number = listed[1].split('\t')[0]
    assert (len(listed), number[:11]) == (2, 'SX26-000001')
    shown = lvbi(tmp_path, 'reports', 'show', number.lower().replace('-', ' '), **where).stdout
    assert 'black [31mwater' in shown
    assert '30.001234, 120.581234' in shown
    piped = lvbi(tmp_path, 'reports', 'export', **where)
    assert piped.stdout.count('\n') == 3
    assert not piped.stdout.startswith('\ufeff')
    done = lvbi(tmp_path, 'reports', 'export', '-o', 'out.csv', '--unit', '330602', **where)
    assert (done.stdout, done.stderr) == ('', '2 reports written to out.csv.\n')
    assert (tmp_path / 'out.csv').read_bytes().startswith(b'\xef\xbb\xbf"number"')
    async with sqlite_store.read() as tx:
        noted = (await tx.execute(select(audit.c.verb, audit.c.subject).order_by(audit.c.id))).all()
    assert [tuple(row) for row in noted] == [
        ('list', '3306'),
        ('show', '1'),
        ('export', '3306'),
        ('export', '330602'),
    ]


@pytest.mark.parametrize(
    ('asked', 'wish', 'line'),
    [
        ({'states': ['done']}, {}, 'There is no state "done"; there are: received, accepted'),
        ({'categories': ['smell']}, {}, 'There is no category "smell"; there are: factory_smoke Factory smoke'),
        ({'unit': '1'}, {}, 'There is no unit "1"; there are: 3306 Shaoxing'),
        ({'since': '20.11.2026'}, {}, '"20.11.2026" is not a day; write it like 2026-11-21.'),
        ({'until': '9999-12-31'}, {}, '"9999-12-31" is not a day'),
        ({'since': '2026-11-21', 'until': '2026-11-20'}, {}, 'The last day lies before the first.'),
        ({}, {'output': 'out.pdf'}, 'The form of out.pdf is not known; say --format csv, xlsx or geojson.'),
        ({}, {'form': 'pdf'}, 'The form of pdf is not known; say --format csv, xlsx or geojson.'),
    ],
)
def test_a_wrong_wish_gets_one_line(
    city: City, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], wish: dict[str, Any], line: str
) -> None:
    monkeypatch.setenv('LC_ALL', 'en_US.UTF-8')
    nothing = {'unit': None, 'states': (), 'categories': (), 'since': None, 'until': None}
    with pytest.raises(Refusal) as refusal:
        wish_for(city, nothing | asked, wish)
    (said,) = lines_of(refusal.value) or []
    assert said.startswith(line)
