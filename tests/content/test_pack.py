"""The city pack: what is in it, and what a broken one says."""

import re
import shutil
from pathlib import Path

import pytest

from bot.content import residents
from bot.content.language import speaking
from bot.content.pack import PACKS, PackError, load
from civic.city import City, Text
from civic.refusals import Refusal
from civic.retention import DEAD_LETTERS, TRANSCRIPTS

CHINESE = re.compile('[\u3400-\u9fff]')
GROUPS = ['air', 'water', 'soil', 'solid_waste', 'noise', 'light', 'odour', 'ecology', 'radiation', 'construction']


@pytest.fixture(scope='module')
def city() -> City:
    return load('shaoxing')


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder with a copy of the pack that a test may break."""
    shutil.copytree(PACKS / 'shaoxing', tmp_path / 'shaoxing')
    return tmp_path


def replace(packs: Path, file: str, old: str, new: str) -> None:
    path = packs / 'shaoxing' / file
    words = path.read_text(encoding='utf-8')
    assert old in words
    path.write_text(words.replace(old, new, 1), encoding='utf-8')


def test_the_city_has_six_counties_and_103_streets(city: City) -> None:
    kinds = [unit.kind for unit in city.units]
    assert [kinds.count(kind) for kind in ('city', 'county', 'street', 'community')] == [1, 6, 103, 0]
    assert {county.name.zh for county in city.counties()} == {
        '越城区', '柯桥区', '上虞区', '诸暨市', '嵊州市', '新昌县'
    }  # fmt: skip
    assert [len(city.streets(county.code)) for county in city.counties()] == [17, 16, 20, 23, 15, 12]


def test_every_unit_hangs_on_the_tree(city: City) -> None:
    for unit in city.units:
        assert unit.path == (f'{city.unit(unit.parent).path}/{unit.code}' if unit.parent else unit.code)
        assert city.is_within(unit.code, city.root)
        assert unit.code.startswith(unit.parent or '')
        assert CHINESE.search(unit.name.zh)
        assert not CHINESE.search(unit.name.en)


def test_a_street_lies_in_its_county_and_in_no_other(city: City) -> None:
    lihai = next(unit for unit in city.units if unit.name.zh == '沥海街道')
    assert city.county_of(lihai.code) == city.unit('330602')
    assert city.is_within(lihai.code, '330602')
    assert not city.is_within(lihai.code, '330604')
    assert not city.is_within('330602', lihai.code)
    assert not city.is_within('330602017', '33060201')
    assert not city.is_within('no such code', city.root)
    assert city.county_of(city.root) is None


def test_names_that_sound_alike_are_spelled_as_they_are_said(city: City) -> None:
    names = {unit.name.zh: unit.name.en for unit in city.units}
    assert names['嵊州市'] == 'Shengzhou City'
    assert names['皋埠街道'] == 'Gaobu Subdistrict'
    assert names['长乐镇'] == 'Changle Town'
    assert names['剡湖街道'] == 'Shanhu Subdistrict'
    assert names['丁宅乡'] == 'Dingzhai Township'


def test_the_ten_groups_all_offer_something(city: City) -> None:
    assert [group.code for group in city.groups] == GROUPS
    assert all(city.open_categories(group) for group in GROUPS)
    assert 33 <= len(city.open_categories()) <= 38


def test_every_category_can_be_read_and_traced(city: City) -> None:
    for category in city.categories:
        assert CHINESE.search(category.name.zh), category.code
        assert category.name.en.isascii()
        assert len(category.name.zh) <= 12
        assert category.group in GROUPS
        assert re.match(r'^\d{3}:L\d+|product default$', category.source)
        assert (category.source == 'product default') == (category.status == 'product default')
        assert len(category.keywords_zh) >= 8
        assert category.keywords_en
        assert category.clocks.accept_hours < category.clocks.resolve_hours
        assert category.clocks.source == 'product default'


def test_what_a_camera_cannot_catch_needs_no_photo(city: City) -> None:
    for category in city.categories:
        if category.group in ('noise', 'odour', 'radiation'):
            assert not category.photo_required, category.code


def test_dangerous_things_are_urgent_and_never_ask_for_a_picture_close_by(city: City) -> None:
    urgent = {category.code for category in city.categories if category.urgent}
    assert urgent == {'open_burning', 'water_source', 'hazardous_waste', 'radioactive'}
    assert not city.category('radioactive').photo_required
    assert not city.category('hazardous_waste').photo_required


def test_landmarks_lie_in_streets_of_every_county(city: City) -> None:
    assert 60 <= len(city.landmarks) <= 90
    for landmark in city.landmarks:
        assert city.unit(landmark.unit).kind == 'street'
    assert all(len(city.landmarks_in(county.code)) >= 5 for county in city.counties())
    names = [landmark.name.zh for landmark in city.landmarks]
    assert len(names) == len(set(names))


def test_each_county_has_ground(city: City) -> None:
    assert {area.unit for area in city.areas} == {county.code for county in city.counties()}


def test_the_notice_names_the_operator_and_the_times_things_are_kept(city: City) -> None:
    for locale in ('zh', 'en'):
        text = city.notice.text.at(locale)
        assert city.operator.name.at(locale) in text
        assert city.operator.contact.at(locale) in text
        for days in (city.retention.original_photo_days, DEAD_LETTERS.days, TRANSCRIPTS.days):
            assert re.search(rf'\b{days} (天|days)', text, re.ASCII)
        assert '/mydata' in text
        assert '/forget' in text
        assert '{' not in text
    assert city.notice.version in city.notice.text.zh


def test_a_text_speaks_chinese_unless_asked_for_english() -> None:
    text = Text('水', 'water')
    assert [text.at(locale) for locale in ('zh', 'zh_Hans_CN', 'en', 'en_GB', 'fr')] == [
        '水', '水', 'water', 'water', '水'
    ]  # fmt: skip


def test_an_unknown_code_is_refused(city: City) -> None:
    with pytest.raises(Refusal) as refused:
        city.unit('999999')
    assert (refused.value.code, refused.value.facts) == ('no_such_unit', {'asked': '999999'})
    with pytest.raises(Refusal, match='no_such_category'):
        city.category('dragon')
    with pytest.raises(Refusal, match='no_such_landmark'):
        city.landmark('dragon')
    assert city.find_unit('999999') is None
    assert city.find_category('dragon') is None


def test_each_category_names_whom_to_turn_to(city: City) -> None:
    assert all(city.contacts(category.code) for category in city.categories)
    assert [line.number for line in city.contacts('black_water')] == ['12369']
    assert [line.number for line in city.contacts('street_noise')] == ['110', '12345']
    assert [line.number for line in city.contacts('litter')] == ['12319', '12345']


def test_a_matter_that_a_newer_pack_dropped_still_has_somebody_to_turn_to(city: City) -> None:
    assert '12345' in [line.number for line in city.contacts('gone')]


def test_neighbouring_cities_are_named_with_their_area_codes(city: City) -> None:
    found = {line.name.zh: line.number for line in city.referrals}
    assert found.items() >= {
        ('杭州市', '0571-12345'),
        ('宁波市', '0574-12345'),
        ('台州市', '0576-12345'),
        ('金华市', '0579-12345'),
    }


def test_the_data_notice_has_one_name(city: City) -> None:
    assert city.notice.text.zh.startswith('# 个人信息说明\n')
    with speaking('zh'):
        assert '个人信息说明' in residents.welcome(city).params['text']
    assert '个人信息说明' in (Path('web') / 'templates' / 'notice.html').read_text(encoding='utf-8')
    assert '个人信息说明' in (Path('web') / 'static' / 'chat' / 'words.js').read_text(encoding='utf-8')


def test_a_retired_category_is_known_but_not_offered(packs: Path) -> None:
    replace(packs, 'categories.toml', 'code = "vessel"', 'code = "vessel"\nretired = true')
    city = load('shaoxing', packs)
    assert city.category('vessel').retired
    assert 'vessel' not in [category.code for category in city.open_categories()]


def test_communities_can_be_added_below_a_street(packs: Path) -> None:
    row = '{"code": "330602001001", "kind": "community", "parent": "330602001", "zh": "鲁迅社区", "en": "Luxun"}'
    replace(packs, 'units.json', '"en": "Tashan Subdistrict"},', f'"en": "Tashan Subdistrict"}},\n{row},')
    city = load('shaoxing', packs)
    assert city.children('330602001') == (city.unit('330602001001'),)
    assert city.unit('330602001001').path == '3306/330602/330602001/330602001001'


def test_polygons_can_be_replaced_by_several_parts(packs: Path) -> None:
    square = '[[120,30],[121,30],[121,31],[120,31],[120,30]]'
    parts = f'{{"type":"MultiPolygon","coordinates":[[{square}],[{square}]]}}'
    feature = f'{{"type":"Feature","properties":{{"adcode":"330602"}},"geometry":{parts}}}'
    whole = f'{{"type":"FeatureCollection","source":"a test","features":[{feature}]}}'
    (packs / 'shaoxing' / 'districts.geojson').write_text(whole, encoding='utf-8')
    (area,) = load('shaoxing', packs).areas
    assert len(area.polygons) == 2
    assert area.polygons[0][0][1] == (121.0, 30.0)


BREAKS = [
    ('categories.toml', 'name = { zh = "饭店油烟", en = "Restaurant fumes" }', 'name = { zh = "饭店油烟" }',
     "shaoxing/categories.toml: categories 'oil_fumes' name en: Field required"),
    ('categories.toml', '"饭店油烟"', '"楼下饭店每天晚上排出来的油烟"', "categories 'oil_fumes' name zh: "),
    ('categories.toml', 'source = "002:L186"', 'source = "somewhere"', "categories 'oil_fumes' source: "),
    ('categories.toml', 'code = "oil_fumes"\ngroup = "air"', 'code = "oil_fumes"\ngroup = "kitchen"',
     "category 'oil_fumes' group: no group has the code 'kitchen'"),
    ('categories.toml', 'code = "oil_fumes"', 'code = "open_burning"', "category 'open_burning': is there twice"),
    ('categories.toml', 'clock = "quick"', 'clock = "soon"', "category 'factory_smoke' clock: no clock"),
    ('categories.toml', 'photo = true', 'photo = true\ncolour = "red"', "categories 'factory_smoke' colour: Extra"),
    ('categories.toml', 'status = "planned"', 'status = "product default"', "category 'factory_smoke': source and"),
    ('categories.toml', 'unit = "330604"', 'unit = "330699"', "category 'factory_smoke' departments: no unit"),
    ('categories.toml', '[[groups]]', '[[groups', 'shaoxing/categories.toml: cannot be read: '),
    ('categories.toml', 'turn_to = ["12369"]', 'turn_to = ["999"]', "turn_to: no hotline has the code '999'"),
    ('city.toml', 'use = "danger"', 'use = "fun"', 'hotlines no. 3 use: '),
    ('units.json', '"parent": "330602"', '"parent": "330699"', "unit '330602001' parent: no unit before it"),
    ('units.json', '"kind": "street"', '"kind": "community"', "unit '330602001': a community lies below a street"),
    ('units.json', '"parent": null', '"parent": "3306"', "unit '3306': only '3306' has no parent"),
    ('units.json', '"units": [', '"units": [,', 'shaoxing/units.json: cannot be read: '),
    ('landmarks.toml', 'street = "330602001"', 'street = "1"', "landmarks 'luxun_old_home' street: "),
    ('landmarks.toml', 'street = "330602001"', 'street = "330602999"', "landmark 'luxun_old_home' street: no unit"),
    ('districts.geojson', '"adcode":"330602"', '"adcode":"330699"', "feature '330699' adcode: no unit"),
    ('districts.geojson', '"Polygon"', '"Point"', 'features no. 1 geometry: '),
    ('city.toml', 'prefix = "SX"', 'prefix = "shaoxing"', 'shaoxing/city.toml: prefix: '),
    ('city.toml', 'code = "shaoxing"', 'code = "hangzhou"', "code: is 'hangzhou', but the folder is called"),
    ('city.toml', 'unit = "3306"', 'unit = "3307"', "unit: no unit has the code '3307'"),
    ('notice.en.md', '{operator}', '{boss}', "shaoxing/notice.en.md: hole 'boss'"),
]  # fmt: skip


@pytest.mark.parametrize(('file', 'old', 'new', 'said'), BREAKS)
def test_a_broken_pack_says_in_one_line_where_and_what(packs: Path, file: str, old: str, new: str, said: str) -> None:
    replace(packs, file, old, new)
    with pytest.raises(PackError) as broken:
        load('shaoxing', packs)
    assert said in str(broken.value)
    assert '\n' not in str(broken.value)
    assert str(broken.value).startswith(f'shaoxing/{file}: ')


@pytest.mark.parametrize('file', [path.name for path in sorted((PACKS / 'shaoxing').iterdir())])
def test_a_missing_file_is_named(packs: Path, file: str) -> None:
    (packs / 'shaoxing' / file).unlink()
    with pytest.raises(PackError, match=re.escape(f'shaoxing/{file}: No such file')):
        load('shaoxing', packs)


def test_an_unknown_city_is_named() -> None:
    with pytest.raises(PackError, match=r'^atlantis/city\.toml: No such file'):
        load('atlantis')


def test_the_pack_is_read_once() -> None:
    assert load('shaoxing') is load('shaoxing')
