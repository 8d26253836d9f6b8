"""One-time codes: for staff to sign in, for residents to come back; only digests are kept, guessing is slowed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from civic.refusals import Refusal
from storage import aloud
from storage import transcript as frames
from storage.store import ReadTx, Tx
from storage.tables import codes, transcript, tries

LENGTH = 12  # 60 bits
VALID = {'staff': timedelta(hours=24), 'return': timedelta(days=90)}  # return: product default
STAFF_VALID = timedelta(hours=24)  # a return code to the chat of somebody who works as staff
SAID_FOR = timedelta(hours=1)  # a return code stands in its chat so long, to be written down
SAID_AT_ONCE = 100  # codes that one run of the job takes out of their chats
HIDDEN = '••••-••••-••••'
# A code as `spaced` writes it, in any case, and not as a part of something longer.
PATTERN = re.compile(
    rf'(?<![A-Z0-9-])(?:[{aloud.SIGNS}]{{4}}-){{2}}[{aloud.SIGNS}]{{4}}(?![A-Z0-9-])', re.IGNORECASE | re.ASCII
)
MOST_BY_CHAT, MOST_BY_NETWORK = 5, 60  # wrong tries; many phones may share an address
TRIES_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever tries a code: his chat if he has one, and a digest of his network address if it is known."""

    chat: str | None
    network: str | None

    def limits(self) -> Iterator[tuple[str, int]]:
        """Give the names that tries are counted under, in a fixed order, and how many each has."""
        if self.chat is not None:
            yield f'chat {self.chat}', MOST_BY_CHAT
        if self.network is not None:
            yield f'network {self.network}', MOST_BY_NETWORK


def normal(code: str) -> str:
    """Reduce what somebody typed to the signs of a code."""
    return ''.join(sign for sign in code.upper() if sign in aloud.SIGNS)


def looks_like_code(words: str) -> bool:
    """Tell whether somebody typed just a code, in its groups of four."""
    return PATTERN.fullmatch(words.strip()) is not None


def spaced(code: str) -> str:
    """Write a code in groups of four: ABCD-EFGH-JKLM."""
    return '-'.join(code[start : start + 4] for start in range(0, len(code), 4))


async def issue(tx: Tx, purpose: str, *, staff_id: int | None = None, conversation_id: int | None = None) -> str:
    """Make a code for a purpose; an earlier unused one of the same owner ends."""
    owner = (codes.c.staff_id == staff_id) if staff_id else (codes.c.conversation_id == conversation_id)
    earlier = (codes.c.purpose == purpose) & owner & codes.c.used_at.is_(None)
    await tx.execute(update(codes).where(earlier).values(used_at=tx.now))
    code = aloud.draw(LENGTH)
    row = {
        'digest': digest(code),
        'purpose': purpose,
        'staff_id': staff_id,
        'conversation_id': conversation_id,
        'created_at': tx.now,
        'expires_at': tx.now + VALID[purpose],
        'said_until': tx.now + SAID_FOR if conversation_id else None,
    }
    await tx.execute(insert(codes), row)
    return spaced(code)


async def use(tx: Tx, purpose: str, code: str, who: Who, since: datetime | None = None) -> Row[Any] | None:
    """Use a code up, once; None when it is wrong, or older than `since`, and a try counted against `who`.

    Raises Refusal too_many_tries when his chat or his network has none left.
    """
    for name, most in who.limits():
        if await _tried(tx, name) >= most:
            raise Refusal('too_many_tries')
    good = (codes.c.digest == digest(normal(code))) & (codes.c.purpose == purpose)
    good &= codes.c.used_at.is_(None) & (codes.c.expires_at > tx.now)
    if since is not None:
        good &= codes.c.created_at > since
    used = update(codes).where(good).values(used_at=tx.now).returning(codes)
    row: Row[Any] | None = (await tx.execute(used)).one_or_none()
    if row is None:
        await tx.execute(insert(tries), [{'who': name, 'at': tx.now} for name, _most in who.limits()])
    return row


async def _tried(tx: Tx, name: str) -> int:
    """Count somebody's wrong tries; he can make no other one until this transaction ends."""
    if tx.dialect == 'postgresql':
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    tried = select(func.count()).where(tries.c.who == name, tries.c.at > tx.now - TRIES_FOR)
    return int((await tx.execute(tried)).scalar_one())


async def find_said(tx: ReadTx) -> list[tuple[int, int]]:
    """List codes (id, their chat's id) that have stood in a chat for long enough."""
    old = select(codes.c.id, codes.c.conversation_id).where(codes.c.said_until <= tx.now)
    return [(row.id, row.conversation_id) for row in (await tx.execute(old.limit(SAID_AT_ONCE))).all()]


async def hide(tx: Tx, code_id: int) -> None:
    """Take a code out of the chat in which it was said, for open pages too; the chat is locked by the caller."""
    unsaid = update(codes).where(codes.c.id == code_id, codes.c.said_until.is_not(None)).values(said_until=None)
    code = (await tx.execute(unsaid.returning(codes))).one_or_none()
    if code is None:
        return
    here = (transcript.c.conversation_id == code.conversation_id) & (transcript.c.at == code.created_at)
    said = select(transcript.c.id, transcript.c.params).where(here, transcript.c.method == 'sendMessage')
    for row in (await tx.execute(said)).all():
        words = row.params['text']
        hidden = PATTERN.sub(lambda found: HIDDEN if digest(normal(found[0])) == code.digest else found[0], words)
        if hidden != words:
            params = row.params | {'text': hidden}
            await tx.execute(update(transcript).where(transcript.c.id == row.id).values(params=params))
            await frames.write(tx, code.conversation_id, [('editMessageText', params | {'message_id': row.id})])


def digest(code: str) -> str:
    """Give what is kept of a code: 60 random bits need no salt."""
    return hashlib.sha256(code.encode()).hexdigest()
