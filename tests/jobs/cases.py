"""Cases for the tests of jobs: photos with files, reports filed, officers who work on them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from civic import photos, staff
from jobs.house import JobHouse
from storage.media import new_key
from storage.tables import reports
from tests.jobs.chats import WebPerson, chat_of, rows, web_person

TASHAN = '330602001'
CONTENT = {'clean': b'\xff\xd8clean', 'small': b'\xff\xd8small', 'original': b'\x89PNG original'}


async def upload(house: JobHouse, chat: int) -> str:
    """Put a photo into the media store and give it its row, as the web chat does; gives its token."""
    keys = {kind: new_key(kind) for kind in CONTENT}
    for kind, key in keys.items():
        await house.media.put(key, CONTENT[kind])
    async with house.store.begin() as tx:
        kept = timedelta(days=house.city.retention.original_photo_days)
        row = {f'{kind}_key': key for kind, key in keys.items()} | {'original_until': tx.now + kept}
        row |= {'sha256': 'ab' * 32, 'width': 90, 'height': 60}
        return await photos.keep_upload(tx, chat, row)


async def shows(house: JobHouse, person: WebPerson) -> None:
    """Send a photo."""
    await person.shows(await upload(house, await chat_of(house.store, person)))


async def files_report(house: JobHouse, person: WebPerson, words: str = '河水发黑发臭，三天了') -> int:
    """File a report with a photo; gives its id."""
    await shows(house, person)
    await person.is_at(30.0, 120.58)
    await person.taps('1:cat:black_water')
    await person.taps(f'1:str:{TASHAN}')
    await person.says(words)
    await person.taps('1:file')
    filed = await rows(house.store, select(reports.c.id).order_by(reports.c.id))
    return int(filed[-1].id)


async def officer(house: JobHouse, chat_id: int = 1000) -> WebPerson:
    """A street officer who has signed in."""
    async with house.store.begin() as tx:
        _id, code = await staff.add_staff(tx, house.city, '王芳', 'grid', TASHAN)
    person = await web_person(house.intake, chat_id=chat_id)
    await person.says(f'/start {code}')
    return person


async def resolves(house: JobHouse, member: WebPerson, report_id: int) -> None:
    """Claim a case and resolve it with words."""
    seen = (await case(house, report_id)).version
    await member.taps(f'1:do:claim:{report_id}:{seen}')
    await member.taps(f'1:do:resolve:{report_id}:{seen + 1}')
    await member.says('已经清理干净')


async def case(house: JobHouse, report_id: int) -> Any:
    """A case's row."""
    return (await rows(house.store, select(reports).where(reports.c.id == report_id)))[0]


async def lying(house: JobHouse, kind: str = '') -> list[str]:
    """The keys of all files that lie in the media store."""
    return [key async for key in house.media.keys(kind)]
