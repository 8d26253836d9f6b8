"""The archive of /mydata: all that is held, readable, in the person's language, own photos only, then gone."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select, update

from civic.city import City
from jobs.deliver import deliver_due
from jobs.doomed import delete_doomed
from jobs.files_check import compare
from jobs.house import JobHouse
from jobs.my_data import archive, documents, orders
from jobs.my_data.readable import BLOT, Readable
from storage import outbox
from storage.media import MediaUnreachable
from storage.tables import files, photos, transcript
from storage.tables import outbox as notices
from tests.clock import FakeClock
from tests.jobs.cases import CONTENT, case, files_report, lying, officer, resolves, shows
from tests.jobs.chats import chat_of, notice, read_chat, rows, web_person
from tests.people import Person


async def order(house: JobHouse, person: Person) -> int:
    """Ask for the data, let the jobs work; gives the chat."""
    await person.says('/mydata')
    assert await orders.work_orders(house) == 1
    while await deliver_due(house):
        pass
    return await chat_of(house.store, person)


async def archives(house: JobHouse) -> list[zipfile.ZipFile]:
    made = await rows(house.store, select(files).order_by(files.c.name))
    return [zipfile.ZipFile(io.BytesIO(await house.media.get(row.media_key))) for row in made]


async def data_of(house: JobHouse) -> Any:
    [made] = await archives(house)
    return orjson.loads(made.read('data.json'))


async def test_the_archive_holds_everything_readable_in_chinese(house: JobHouse, clock: FakeClock) -> None:
    person = await web_person(house.intake)
    report_id = await files_report(house, person)
    await resolves(house, await officer(house), report_id)
    await shows(house, person)
    await person.says('/cancel')
    chat = await order(house, person)
    [made] = await archives(house)
    assert '可在 24 小时内' in (await read_chat(house.store, chat))[-1] or '24 小时' in str(
        await read_chat(house.store, chat)
    )
    readme = made.read('README.txt').decode()
    assert '绍兴' in readme
    assert '/forget' in readme
    assert '2026-11-20 12:00' in readme
    data = orjson.loads(made.read('data.json'))
    [report] = data['reports']
    assert report['number'].startswith('SX26-000001-')
    assert report['state'] == '已办结'
    assert report['words'] == '河水发黑发臭，三天了'
    assert '塔山街道' in report['place']['unit_name']
    assert report['filed_at'] == '2026-11-20T12:00:00+08:00'
    assert [event['move'] for event in report['history']] == ['file', 'claim', 'resolve']
    assert data['you']['language'] == 'zh'
    assert len(data['drafts']) == 1
    assert data['updates'][0]['message']['message']['text'] == '/help'
    assert any('编号' in str(frame['content']) for frame in data['chat'])
    assert [photo['report'] for photo in data['photos']] == [report['number'], None]
    assert data['photos'][0]['files'] == ['photos/001.jpg', 'photos/001-original.png']
    assert made.read('photos/001.jpg') == CONTENT['clean']
    assert made.read('photos/001-original.png') == CONTENT['original']
    assert made.testzip() is None


async def test_the_archive_is_worded_in_english_for_whoever_reads_english(house: JobHouse) -> None:
    person = await web_person(house.intake, language='en')
    await files_report(house, person, words='black water for three days')
    chat = await order(house, person)
    [made] = await archives(house)
    assert 'All that the environment report line of Shaoxing holds about you' in made.read('README.txt').decode()
    assert (await data_of(house))['reports'][0]['state'] == 'received'
    assert '24 hours' in (await read_chat(house.store, chat))[-1]


async def test_nobody_elses_photos_words_or_secrets_are_in_it(house: JobHouse) -> None:
    person = await web_person(house.intake)
    await files_report(house, person, words='我家门口的河')
    await person.taps('1:return')
    stranger = await web_person(house.intake, chat_id=8)
    await files_report(house, stranger, words='别人家的烟囱')
    await order(house, person)
    [made] = await archives(house)
    assert made.namelist() == ['README.txt', 'photos/001.jpg', 'photos/001-original.png', 'data.json']
    text = made.read('data.json').decode()
    assert '我家门口的河' in text
    assert '别人家的烟囱' not in text
    [mine, other] = await rows(house.store, select(photos).order_by(photos.c.id))
    for secret in (mine.clean_key, mine.original_key, other.token, 'digest', 'lease_by', 'media_key'):
        assert secret not in text
    code = next(frame for frame in orjson.loads(text)['chat'] if '您的取回码' in str(frame['content']))
    assert archive_blots(str(code['content']))


def archive_blots(words: str) -> bool:
    return '****-****-****' in words


async def test_the_original_is_left_out_when_its_time_is_over_and_a_lost_file_does_not_stop_it(
    house: JobHouse,
) -> None:
    person = await web_person(house.intake)
    await files_report(house, person)
    await shows(house, person)
    first, second = await rows(house.store, select(photos).order_by(photos.c.id))
    async with house.store.begin() as tx:
        await tx.execute(update(photos).where(photos.c.id == first.id).values(original_key=None))
    await house.media.delete(second.clean_key)
    await order(house, person)
    listed = [photo['files'] for photo in (await data_of(house))['photos']]
    assert listed == [['photos/001.jpg'], ['photos/002-original.png']]


async def test_what_is_too_large_comes_in_several_files(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    for _photo in range(3):
        await shows(house, person)
    monkeypatch.setattr(archive, 'MOST_BYTES', 400)
    monkeypatch.setattr(archive.Archive.__init__, '__defaults__', (400,))
    chat = await order(house, person)
    parts = await archives(house)
    assert len(parts) > 2
    assert parts[0].namelist()[0] == 'README.txt'
    names = [name for part in parts for name in part.namelist()]
    assert len(names) == len(set(names)) == 2 + 6
    frames = [text for text in await read_chat(house.store, chat) if '24 小时' in text]
    assert len(frames) == len(parts)
    kept = await rows(house.store, select(files.c.name).order_by(files.c.name))
    assert kept[0].name == f'lvbi-my-data-2026-11-20-1-of-{len(parts)}.zip'


async def test_asking_again_makes_no_second_file_until_the_first_has_lapsed(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    await person.says('/mydata')
    clock.tick(minutes=5)
    await person.says('/mydata')
    chat = await chat_of(house.store, person)
    assert '已经在整理' in (await read_chat(house.store, chat))[-1]
    assert await orders.work_orders(house) == 1
    assert await orders.work_orders(house) == 0
    while await deliver_due(house):
        pass
    clock.tick(hours=23)
    await person.says('/mydata')
    assert await orders.work_orders(house) == 0
    [one] = await rows(house.store, select(files))
    frames = await rows(house.store, select(transcript).where(transcript.c.method == 'sendDocument'))
    assert [frame.params['document'] for frame in frames] == [{'$kept': [one.token, one.name]}] * 2
    clock.tick(hours=1)
    await person.says('/mydata')
    assert await orders.work_orders(house) == 1


async def test_a_huge_chat_is_written_with_little_memory(house: JobHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents.Documents.__init__, '__defaults__', (4_000_000,))
    person = await web_person(house.intake)
    chat = await chat_of(house.store, person)
    async with house.store.begin() as tx:
        long = {'conversation_id': chat, 'at': tx.now, 'method': 'sendMessage', 'params': {'text': '河' * 2000}}
        for _thousand in range(4):
            await tx.execute(insert(transcript), [long] * 1000)
    await person.says('/mydata')
    tracemalloc.start()
    assert await orders.work_orders(house) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000  # 24 MB of words; whole they took several times as much
    [made] = await archives(house)
    names = [name for name in made.namelist() if name.startswith('data')]
    assert len(names) == 7
    parts = [orjson.loads(made.read(name)) for name in names]
    assert sum(len(part['chat']) for part in parts if 'chat' in part) == 4000 + 3
    assert 'updates' in parts[-1]


async def test_whoever_is_forgotten_meanwhile_gets_nothing_and_the_file_goes(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await web_person(house.intake)
    await files_report(house, person)
    await person.says('/mydata')
    put_file = house.media.put_file

    async def forget_and_put(key: str, path: Any) -> None:
        await put_file(key, path)
        for data in ('1:forget:sure', '1:forget:yes'):
            await person.taps(data)

    monkeypatch.setattr(house.media, 'put_file', forget_and_put)
    await orders.work_orders(house)
    assert await rows(house.store, select(files.c.token)) == []
    assert (await notice(house.store)).code != 'my_data_ready'
    await delete_doomed(house)
    assert await lying(house, 'file') == []


async def test_a_worker_that_dies_before_handing_over_leaves_nothing_behind(
    house: JobHouse, another: Callable[[], JobHouse], monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    await person.says('/mydata')

    class Died(BaseException):
        pass

    async def die(*_all: Any) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(orders, '_hand_over', die)
        with pytest.raises(Died):
            await orders.work_orders(house)
    clock.tick(seconds=61)
    assert await orders.work_orders(another()) == 1
    assert len(await rows(house.store, select(files.c.token))) == 1
    clock.tick(hours=1)
    assert await delete_doomed(house) == 1
    found = await compare(house.store, house.media)
    assert (found.missing, found.stray) == ([], [])


async def test_when_the_media_store_fails_it_is_tried_again_and_in_the_end_the_person_is_told(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    async def full(*_all: Any) -> None:
        raise MediaUnreachable('the disk is full')

    monkeypatch.setattr(house.media, 'put_file', full)
    person = await web_person(house.intake)
    await person.says('/mydata')
    for _attempt in range(outbox.MOST_ATTEMPTS):
        assert await orders.work_orders(house) == 1
        clock.tick(hours=2)
    assert await orders.work_orders(house) == 0
    first = (await rows(house.store, select(notices).order_by(notices.c.id)))[0]
    assert first.state == 'failed'
    await deliver_due(house)
    assert '没能整理出来' in (await read_chat(house.store, await chat_of(house.store, person)))[-1]


async def test_a_case_that_was_filed_by_somebody_else_is_not_in_an_officers_archive(house: JobHouse) -> None:
    report_id = await files_report(house, await web_person(house.intake))
    member = await officer(house)
    await order(house, member)
    assert (await data_of(house))['reports'] == []
    assert (await case(house, report_id)).state == 'received'


async def test_a_lease_that_was_lost_while_working_ends_the_work(
    house: JobHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await web_person(house.intake)
    await shows(house, person)
    await person.says('/mydata')
    monkeypatch.setattr(orders, 'RENEW', -1.0)
    put = house.media.stream

    async def lose(key: str) -> Any:
        async with house.store.begin() as tx:
            await tx.execute(update(notices).values(lease_by='somebody else'))
        return await put(key)

    monkeypatch.setattr(house.media, 'stream', lose)
    await orders.work_orders(house)
    assert await rows(house.store, select(files.c.token)) == []
    assert (await notice(house.store)).state == 'claimed'


async def test_an_order_that_kills_its_workers_fails_in_the_end_and_the_person_is_told(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    await person.says('/mydata')
    for _death in range(outbox.MOST_ATTEMPTS):
        async with house.store.begin() as tx:
            assert await outbox.claim(tx, house.worker, files=True)
        clock.tick(seconds=61)
    await orders.work_orders(house)
    assert [row.state for row in await rows(house.store, select(notices.c.state).order_by(notices.c.id))] == [
        'failed',
        'due',
    ]


@pytest.mark.parametrize(
    ('said', 'kept'),
    [
        ('码ABCD-EFGH-JKLM，别告诉人', f'码{BLOT}，别告诉人'),
        ('/start abcd-efgh-jklm', f'/start {BLOT}'),
        ('设备号 ABCD-EFGH-JKLM-NPQR', '设备号 ABCD-EFGH-JKLM-NPQR'),
        ('XABCD-EFGH-JKLM', 'XABCD-EFGH-JKLM'),
        ('ABCD-EFGH-JKL0', 'ABCD-EFGH-JKL0'),
    ],
)
def test_codes_are_blotted_out_and_nothing_else(said: str, kept: str, city: City) -> None:
    assert Readable(city).value({'text': said}) == {'text': kept}
