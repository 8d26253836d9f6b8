"""Drafts: what a resident has told so far, in any order, and what is still missing."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, insert, select

from civic import photos as evidence
from civic.city import City
from civic.places import locate
from civic.refusals import Refusal
from civic.tallies import tally
from civic.words import count_seen
from storage.store import Tx
from storage.tables import drafts, photos, reports

FEWEST_WORDS = 4
MOST_WORDS = 2000
MOST_DRAFTS = 10  # product default


@dataclass(slots=True)
class Draft:
    """A report in the making; `unit` is a street's code, or the county's when the resident does not know it."""

    id: str
    photos: int = 0
    category: str | None = None
    lat: float | None = None
    lon: float | None = None
    place_words: str | None = None
    county: str | None = None
    near: list[str] = field(default_factory=list)
    unit: str | None = None
    words: str | None = None
    photo_place: list[float] | None = None
    checking: int = 0  # of the photos, those that are not here and clean yet
    recordings: int = 0

    def as_facts(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}


def new_draft() -> Draft:
    """Start an empty draft with an id of its own, which its report will keep."""
    return Draft(id=secrets.token_hex(8))


def draft_of(facts: dict[str, Any]) -> Draft:
    """Read a draft back from its JSON form."""
    return Draft(**facts)


def missing(draft: Draft, city: City) -> str | None:
    """Say what to ask next: place, category, county, street, photo, words; None when it can be filed."""
    if draft.lat is None and not draft.place_words:
        return 'place'
    if draft.category is None:
        return 'category'
    if draft.county is None:
        return 'county'
    if draft.unit is None:
        return 'street'
    if city.category(draft.category).photo_required and not draft.photos:
        return 'photo'
    return 'words' if draft.words is None else None


def is_empty(draft: Draft) -> bool:
    """Tell whether nothing has been told yet."""
    return draft == Draft(id=draft.id)


def set_place(draft: Draft, city: City, lat: float, lon: float) -> None:
    """Take a point (WGS-84 degrees). Raises Refusal impossible_coordinates or outside_city; asks near a border."""
    place = locate(city, lat, lon)
    near = [code for code in (place.county, *place.others) if code] if place.near_border else []
    if place.county is None and not near:
        raise Refusal('outside_city', referrals=city.referrals)
    draft.lat, draft.lon = round(lat, 6), round(lon, 6)
    county = None if near else place.county
    if county is None or county != draft.county:
        draft.unit = None
    draft.county, draft.near = county, near


def set_place_words(draft: Draft, words: str) -> None:
    """Keep typed words about the place as they were said; nothing is guessed from them. Raises Refusal."""
    said = words.strip()
    if count_seen(said) < 2:
        raise Refusal('place_too_short')
    draft.place_words = said[:200]


def set_words(draft: Draft, words: str) -> None:
    """Keep what the resident says happened. Raises Refusal too_few_words, too_many_words."""
    said = words.strip()
    if count_seen(said) < FEWEST_WORDS:
        raise Refusal('too_few_words', fewest=FEWEST_WORDS)
    if len(said) > MOST_WORDS:
        raise Refusal('too_many_words', most=MOST_WORDS, found=len(said))
    draft.words = said


def set_county(draft: Draft, city: City, code: str) -> None:
    """Take the county-level unit the resident named. Raises Refusal no_such_unit."""
    if code not in {unit.code for unit in city.counties()}:
        raise Refusal('no_such_unit')
    if code != draft.county:
        draft.unit = None
    draft.county, draft.near = code, []


def set_unit(draft: Draft, city: City, code: str) -> None:
    """Take the street, or the county when the street is not known. Raises Refusal no_such_unit."""
    unit = city.find_unit(code)
    if unit is None or unit.kind not in ('street', 'county'):
        raise Refusal('no_such_unit')
    county = unit.code if unit.kind == 'county' else unit.parent
    draft.county, draft.near, draft.unit = county, [], unit.code


def set_category(draft: Draft, city: City, code: str) -> None:
    """Take the category. Raises Refusal no_such_category."""
    category = city.find_category(code)
    if category is None or category.retired:
        raise Refusal('no_such_category')
    draft.category = code


def one_more(draft: Draft) -> Draft:
    """Start a new draft that keeps place and category: 'one more like this'."""
    return replace(draft, id=secrets.token_hex(8), photos=0, words=None, photo_place=None, checking=0, recordings=0)


async def park(tx: Tx, conversation_id: int, draft: Draft) -> Draft | None:
    """Put a draft aside; where as many lie there as we keep, the oldest goes, and is given back."""
    held = await list_parked(tx, conversation_id)
    oldest = held[-1] if len(held) >= MOST_DRAFTS else None
    if oldest is not None:
        await drop(tx, conversation_id, oldest.id)
    row = {'id': draft.id, 'conversation_id': conversation_id, 'facts': draft.as_facts(), 'parked_at': tx.now}
    await tx.execute(insert(drafts), row)
    return oldest


async def list_parked(tx: Tx, conversation_id: int) -> list[Draft]:
    """List the drafts put aside, newest first."""
    statement = select(drafts.c.facts).where(drafts.c.conversation_id == conversation_id)
    rows = await tx.execute(statement.order_by(drafts.c.parked_at.desc(), drafts.c.id))
    return [draft_of(row.facts) for row in rows.all()]


async def take_up(tx: Tx, conversation_id: int, draft_id: str) -> Draft:
    """Take a draft in hand again. Raises Refusal no_such_draft."""
    mine = (drafts.c.id == draft_id) & (drafts.c.conversation_id == conversation_id)
    row = (await tx.execute(delete(drafts).where(mine).returning(drafts.c.facts))).one_or_none()
    if row is None:
        raise Refusal('no_such_draft')
    draft = draft_of(row.facts)
    now = await tally(tx, draft.id)  # late ones of an album came, or a job had to refuse one
    draft.photos, draft.checking, draft.recordings = now.photos, now.checking, now.recordings
    return draft


async def count_photos(tx: Tx, draft: Draft) -> int:
    """Count the photos that a draft really has."""
    return await evidence.count(tx, evidence.Target(draft.id, 'evidence'))


async def drop(tx: Tx, conversation_id: int, draft_id: str) -> None:
    """Throw a draft away, its photos too; the files go with the next sweep of unused photos."""
    mine = (drafts.c.id == draft_id) & (drafts.c.conversation_id == conversation_id)
    await tx.execute(delete(drafts).where(mine))
    filed = select(reports.c.id).where(reports.c.draft == draft_id).exists()
    own = (photos.c.draft == draft_id) & (photos.c.conversation_id == conversation_id)
    await tx.execute(photos.update().where(own, ~filed).values(draft=None))
