"""What may be sent: how large a file, how long a voice message or video, how many of them for one case."""

from sqlalchemy import func, select

from civic.photos import Seen, Target
from civic.refusals import Refusal
from storage.store import Tx
from storage.tables import photos

MOST_BYTES = 20_000_000  # the largest file a bot can fetch is 20 MB (Bot API, getFile)
MOST_SECONDS = {'voice': 120, 'video': 60}  # product defaults
MOST_RECORDINGS = 3  # of one case (product default)
KINDS = tuple(MOST_SECONDS)


def check_announced(seen: Seen) -> None:
    """Refuse what is too large or too long by what the platform says of it; measured again once it is here.

    Raises Refusal photo_too_large, recording_too_large, voice_too_long, video_too_long.
    """
    if seen.size is not None and seen.size > MOST_BYTES:
        raise Refusal('photo_too_large' if seen.kind == 'photo' else 'recording_too_large')
    most = MOST_SECONDS.get(seen.kind)
    if most is not None and seen.seconds is not None and seen.seconds > most:
        raise Refusal(f'{seen.kind}_too_long')


async def check_room(tx: Tx, target: Target) -> None:
    """Check that a case or draft may have one more recording. Raises Refusal too_many_recordings."""
    held = select(func.count()).where(
        photos.c.draft == target.draft, photos.c.kind.in_(KINDS), photos.c.state != 'refused'
    )
    if (await tx.execute(held)).scalar_one() >= MOST_RECORDINGS:
        raise Refusal('too_many_recordings', most=MOST_RECORDINGS)
