"""Files that people send, at any step: photos in all their ways, voice messages and short videos."""

from datetime import datetime, timedelta
from typing import Any

from aiogram.types import Document, Message

from bot.content.reports import files as words
from bot.content.reports import questions
from bot.handlers.reports import hand, mine
from bot.handlers.staff import steps as staff_steps
from bot.handlers.turn import Turn
from civic import albums, photos
from civic.photos import Seen
from civic.recordings import check_announced, check_room
from civic.refusals import Refusal
from civic.reports import drafts
from civic.reports.additions import check_may_add, note_joined
from civic.reports.cases import Case, check_own, find_filed
from civic.reports.drafts import Draft
from civic.words import count_seen

PICTURES = ('.heic', '.heif', '.jpg', '.jpeg', '.png', '.webp')


async def take(message: Message, turn: Turn) -> Any:
    """Add a file to what it is for: the album's report, an answer, a result, or the draft in hand."""
    seen = seen_of(message)
    if seen is None:
        return words.other_kind()
    check_announced(seen)
    draft = hand.take(turn)
    wanted = _target(turn, draft)
    first = await albums.open_album(turn.tx, turn.conversation.id, seen.album, wanted) if seen.album else None
    target = first.target if first else wanted
    if target.draft != draft.id:
        return await _take_for_other(turn, seen, target, first)
    if seen.kind != 'photo':
        await check_room(turn.tx, target)
    elif draft.photos >= photos.MOST_PHOTOS:
        return await _too_many(turn, seen)
    attached = await photos.attach(turn.tx, turn.conversation, seen, target, uploaded=turn.keeps_uploads)
    _note(turn, draft, seen, attached)
    _note_words(turn, draft, message.caption)
    return None if first else hand.go_on(turn, draft)


def seen_of(message: Message) -> Seen | None:
    """Read which file a message holds; None for a kind that we do not take. A moving picture has a document too."""
    album, at = message.media_group_id, message.message_id
    if message.photo:
        largest = message.photo[-1]
        return Seen(largest.file_id, at, album, size=largest.file_size)
    recorded = message.voice or message.animation or message.video or message.video_note
    if recorded:
        kind = 'voice' if message.voice else 'video'
        return Seen(recorded.file_id, at, album, kind, recorded.file_size, recorded.duration)
    file = message.document
    return Seen(file.file_id, at, album, size=file.file_size) if file and _is_picture(file) else None


def _is_picture(file: Document) -> bool:
    """Some phones name no kind for HEIC. What it really is, is looked at when it is here."""
    return (file.mime_type or '').startswith('image/') or (file.file_name or '').lower().endswith(PICTURES)


async def _take_for_other(turn: Turn, seen: Seen, target: photos.Target, first: albums.Album | None) -> Any:
    """Add a file to a case, or as a late one of its album to a draft that was put aside."""
    if first:
        check_not_late(first.at, turn.now)
    case = await _find_open(turn, target)
    if seen.kind != 'photo' and target.purpose == 'result':
        return words.only_photos()
    if seen.kind != 'photo':
        await check_room(turn.tx, target)
    elif await photos.count(turn.tx, target) >= photos.MOST_PHOTOS:
        return await _too_many(turn, seen)
    attached = await photos.attach(turn.tx, turn.conversation, seen, target, uploaded=turn.keeps_uploads)
    if case and attached and target.purpose == 'evidence':
        await note_joined(turn.tx, case)
    return None if first else await _answer(turn, target, case)


def _target(turn: Turn, draft: Draft) -> photos.Target:
    """Say what a file is for at this step."""
    step = turn.data.get('case')
    if step and turn.conversation.state == mine.Mine.adding.state:
        return photos.Target(step['draft'], 'answer')
    if step and turn.conversation.state == staff_steps.Working.proof.state:
        return photos.Target(step['draft'], 'result')
    return photos.Target(draft.id, 'evidence')


async def _find_open(turn: Turn, target: photos.Target) -> Case | None:
    """Find the case of a file, None for a draft; it takes the right to it at this moment. Raises Refusal."""
    case = await find_filed(turn.tx, turn.city, target.draft)
    if case is None and target.purpose != 'evidence':
        raise Refusal('no_such_case')
    if target.purpose == 'result' and case:
        staff_steps.check_may_prove(turn, case)
    elif case:
        check_own(case, turn.resident.id)
        check_may_add(case)
    return case


def check_not_late(opened: datetime, now: datetime, limit: timedelta = albums.JOINS_FOR) -> None:
    """Refuse a file whose album was sent too long ago. Raises Refusal album_too_late."""
    if now - opened > limit:
        raise Refusal('album_too_late')


def _note(turn: Turn, draft: Draft, seen: Seen, attached: photos.Attached | None) -> None:
    if attached and seen.kind == 'photo':
        draft.photos += 1
        draft.checking += not turn.keeps_uploads
        draft.photo_place = draft.photo_place or attached.place
    elif attached:
        draft.recordings += 1


def _note_words(turn: Turn, draft: Draft, caption: str | None) -> None:
    if caption and draft.words is None and count_seen(caption) >= drafts.FEWEST_WORDS:
        drafts.set_words(draft, caption)
    hand.hold(turn, draft)


async def _answer(turn: Turn, target: photos.Target, case: Case | None) -> Any:
    """After the first file of an album for a case, or a single one: go on with what it was for."""
    if target.purpose == 'answer' and case is not None:
        return await mine.take_photos(turn, case)
    return staff_steps.ask_proof_words(turn)


async def _too_many(turn: Turn, seen: Seen) -> Any:
    if seen.album and not await albums.tell_once(turn.tx, turn.conversation.id, seen.album):
        return None
    return questions.too_many_photos(photos.MOST_PHOTOS)
