"""Each thing is kept exactly as long as the data notice and docs/jobs.md say."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from civic import retention
from civic.retention import Chore
from jobs.doomed import delete_doomed
from jobs.house import JobHouse
from jobs.upkeep import keep_up
from storage import outbox
from storage.media import MediaMissing, new_key
from storage.tables import albums, codes, conversations, doomed_files, drafts, files, inbox, photos, transcript, tries
from storage.tables import outbox as notices
from tests.clock import FakeClock
from tests.jobs.cases import files_report, shows, upload
from tests.jobs.chats import chat_of, notify, rows, web_person

SECOND = timedelta(seconds=1)


async def count(house: JobHouse, statement: Any) -> int:
    return len(await rows(house.store, statement))


async def stays_until(house: JobHouse, clock: FakeClock, kept: timedelta, statement: Any) -> None:
    """Check that something is there to the end of its time, and not a second longer."""
    begun = clock.now
    assert await count(house, statement) > 0
    clock.now = begun + kept
    await keep_up(house)
    assert await count(house, statement) > 0
    clock.now = begun + kept + SECOND
    await keep_up(house)
    assert await count(house, statement) == 0


async def test_words_of_updates_are_blanked_after_48_hours_and_their_keys_stay(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    said = person.last
    await stays_until(house, clock, timedelta(hours=48), select(inbox.c.id).where(inbox.c.raw.is_not(None)))
    kept = (await rows(house.store, select(inbox)))[0]
    assert (kept.key, kept.raw, kept.replies) == (str(said), None, None)
    person.last = said - 1
    await person.says('/help')
    assert await count(house, select(inbox.c.id)) == 1


async def test_a_dead_letter_can_be_replayed_for_a_month(house: JobHouse, clock: FakeClock) -> None:
    await web_person(house.intake)
    async with house.store.begin() as tx:
        await tx.execute(update(inbox).values(outcome='dead', reference='E-DEAD'))
    await stays_until(house, clock, timedelta(days=30), select(inbox.c.id).where(inbox.c.raw.is_not(None)))


async def test_transcripts_are_kept_for_a_year(house: JobHouse, clock: FakeClock) -> None:
    await web_person(house.intake)
    await stays_until(house, clock, timedelta(days=365), select(transcript.c.id))


async def test_a_draft_put_aside_goes_after_30_days_with_its_photos_and_their_files(
    house: JobHouse, clock: FakeClock
) -> None:
    person = await web_person(house.intake)
    await shows(house, person)
    await person.says('/cancel')
    [photo] = await rows(house.store, select(photos))
    await stays_until(house, clock, timedelta(days=30), select(drafts.c.id))
    assert await count(house, select(photos.c.id)) == 0
    await delete_doomed(house)
    with pytest.raises(MediaMissing):
        await house.media.get(photo.clean_key)


async def test_a_draft_left_in_hand_goes_after_30_days_of_silence_too(house: JobHouse, clock: FakeClock) -> None:
    person = await web_person(house.intake)
    await shows(house, person)
    in_hand = select(conversations.c.id).where(conversations.c.state.is_not(None))
    await stays_until(house, clock, timedelta(days=30), in_hand)
    assert await count(house, select(photos.c.id)) == 0
    assert (await rows(house.store, select(conversations.c.data)))[0].data.keys() <= {'noticed', 'last_street'}


async def test_the_place_of_the_last_report_is_forgotten_by_a_chat_that_is_silent(
    house: JobHouse, clock: FakeClock
) -> None:
    await files_report(house, await web_person(house.intake))
    clock.tick(days=31)
    await keep_up(house)
    assert (await rows(house.store, select(conversations.c.data)))[0].data == {'last_street': '330602001'}
    assert await count(house, select(photos.c.id)) == 1


async def test_somebody_who_goes_on_keeps_his_draft(house: JobHouse, clock: FakeClock) -> None:
    person = await web_person(house.intake)
    await shows(house, person)
    for _week in range(6):
        clock.tick(days=7)
        await keep_up(house)
        await person.says('/myreports')
    assert await count(house, select(photos.c.id).where(photos.c.draft.is_not(None))) == 1


async def test_a_photo_that_was_never_used_goes_after_a_day(house: JobHouse, clock: FakeClock) -> None:
    await upload(house, await chat_of(house.store, await web_person(house.intake)))
    await stays_until(house, clock, timedelta(hours=24), select(photos.c.id))
    assert await count(house, select(doomed_files.c.media_key)) == 3


async def test_a_photo_of_a_draft_that_is_gone_goes_after_a_day(house: JobHouse, clock: FakeClock) -> None:
    person = await web_person(house.intake)
    await shows(house, person)
    async with house.store.begin() as tx:
        await tx.execute(update(conversations).values(data={}, state=None))
    await stays_until(house, clock, timedelta(hours=24), select(photos.c.id))


async def test_photos_of_filed_drafted_and_parked_reports_are_used(house: JobHouse, clock: FakeClock) -> None:
    person = await web_person(house.intake)
    await files_report(house, person)
    await shows(house, person)
    await person.says('/cancel')
    await shows(house, person)
    clock.tick(days=2)
    await keep_up(house)
    assert await count(house, select(photos.c.id)) == 3


async def test_originals_go_after_180_days_and_the_clean_picture_stays(house: JobHouse, clock: FakeClock) -> None:
    await files_report(house, await web_person(house.intake))
    [photo] = await rows(house.store, select(photos))
    await stays_until(
        house, clock, timedelta(days=180), select(photos.c.id).where(photos.c.original_key.is_not(None))
    )
    await delete_doomed(house)
    with pytest.raises(MediaMissing):
        await house.media.get(photo.original_key)
    assert await house.media.get(photo.clean_key)
    assert (await rows(house.store, select(photos.c.sha256)))[0].sha256 == photo.sha256


async def test_files_made_for_somebody_go_when_they_lapse(house: JobHouse, clock: FakeClock) -> None:
    chat = await chat_of(house.store, await web_person(house.intake))
    key = new_key('file')
    await house.media.put(key, b'zip')
    until = clock.now + timedelta(hours=24)
    row = {'token': 't', 'conversation_id': chat, 'media_key': key, 'name': 'x.zip', 'kind': 'application/zip'}
    async with house.store.begin() as tx:
        await tx.execute(insert(files), row | {'until': until})
    await stays_until(house, clock, timedelta(hours=24), select(files.c.token))
    assert await delete_doomed(house) == 1


async def test_facts_of_a_notice_go_after_30_days_and_it_is_still_not_said_twice(
    house: JobHouse, clock: FakeClock
) -> None:
    chat = await chat_of(house.store, await web_person(house.intake))
    await notify(house.store, chat, 'E-SAID', once='only once')
    async with house.store.begin() as tx:
        [claimed] = await outbox.claim(tx, 'w')
        await outbox.end(tx, claimed.id, 'said')
    await stays_until(house, clock, timedelta(days=30), select(notices.c.id).where(notices.c.facts != {}))
    await notify(house.store, chat, 'E-AGAIN', once='only once')
    assert await count(house, select(notices.c.id)) == 1


async def test_a_notice_that_still_waits_keeps_its_facts(house: JobHouse, clock: FakeClock) -> None:
    chat = await chat_of(house.store, await web_person(house.intake))
    await notify(house.store, chat, 'E-WAITS', due_at=clock.now + timedelta(days=60))
    clock.tick(days=59)
    await keep_up(house)
    assert (await rows(house.store, select(notices.c.facts)))[0].facts == {'reference': 'E-WAITS'}


async def test_codes_go_a_day_after_they_were_used_or_ran_out(house: JobHouse, clock: FakeClock) -> None:
    await web_person(house.intake)
    row = {'purpose': 'return', 'created_at': clock.now, 'expires_at': clock.now + timedelta(hours=1)}
    async with house.store.begin() as tx:
        await tx.execute(insert(codes), row | {'digest': 'ran out', 'used_at': None})
        await tx.execute(insert(codes), row | {'digest': 'used', 'used_at': clock.now})
    used = select(codes.c.id).where(codes.c.digest == 'used')
    await stays_until(house, clock, timedelta(hours=24), used)
    assert await count(house, select(codes.c.id)) == 1
    clock.tick(hours=1)
    await keep_up(house)
    assert await count(house, select(codes.c.id)) == 0


async def test_wrong_tries_go_after_a_day_and_albums_after_two(house: JobHouse, clock: FakeClock) -> None:
    chat = await chat_of(house.store, await web_person(house.intake))
    album = {'conversation_id': chat, 'media_group_id': 'A', 'draft': 'd', 'purpose': 'evidence', 'at': clock.now}
    async with house.store.begin() as tx:
        await tx.execute(insert(tries), {'who': 'x', 'at': clock.now})
        await tx.execute(insert(albums), album)
    begun = clock.now
    await stays_until(house, clock, timedelta(days=1), select(tries.c.id))
    clock.now = begun
    await stays_until(house, clock, timedelta(days=2), select(albums.c.id))


async def test_more_than_a_batch_goes_in_one_run(house: JobHouse, clock: FakeClock) -> None:
    async with house.store.begin() as tx:
        rows = [{'who': str(number), 'at': clock.now} for number in range(retention.BATCH * 2 + 1)]
        await tx.execute(insert(tries), rows)
    clock.tick(days=2)
    await keep_up(house)
    assert await count(house, select(tries.c.id)) == 0


async def test_a_chore_that_fails_leaves_the_others_done(
    house: JobHouse, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(tx: object, keys: object) -> None:
        raise ZeroDivisionError

    broken = Chore('broken', conversations.c.id, lambda city, now: conversations.c.id > 0, fail)
    monkeypatch.setattr(retention, 'CHORES', (broken, *retention.CHORES))
    await web_person(house.intake)
    clock.tick(days=3)
    await keep_up(house)
    assert await count(house, select(inbox.c.id).where(inbox.c.raw.is_not(None))) == 0


async def test_half_written_files_are_swept(house: JobHouse, clock: FakeClock) -> None:
    key = new_key('clean')
    await house.media.put(key, b'x')
    half = house.media._folder.root / f'{key}#1'  # type: ignore[union-attr]  # a folder
    half.write_bytes(b'half')
    clock.tick(days=400)
    await keep_up(house)
    assert not half.exists()
