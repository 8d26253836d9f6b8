"""One-time codes: for staff to sign in, for residents to come back; only digests are kept, guessing is slowed."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from civic.refusals import Refusal
from storage.store import Tx
from storage.tables import codes, tries

ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'  # 32 signs that cannot be mistaken when read aloud
LENGTH = 12  # 60 bits
VALID = {'staff': timedelta(hours=24), 'return': timedelta(days=365)}  # return: product default
MOST_TRIES = 5
TRIES_FOR = timedelta(minutes=15)


def normal(code: str) -> str:
    """Reduce what somebody typed to the signs of a code."""
    return ''.join(sign for sign in code.upper() if sign in ALPHABET)


def looks_like_code(words: str) -> bool:
    """Tell whether somebody typed just a code, in its groups of four."""
    groups = words.strip().upper().split('-')
    return len(groups) == LENGTH // 4 and all(len(one) == 4 and set(one) <= set(ALPHABET) for one in groups)


def spaced(code: str) -> str:
    """Write a code in groups of four: ABCD-EFGH-JKLM."""
    return '-'.join(code[start : start + 4] for start in range(0, len(code), 4))


async def issue(tx: Tx, purpose: str, *, staff_id: int | None = None, conversation_id: int | None = None) -> str:
    """Make a code for a purpose; an earlier unused one of the same owner ends."""
    owner = (codes.c.staff_id == staff_id) if staff_id else (codes.c.conversation_id == conversation_id)
    earlier = (codes.c.purpose == purpose) & owner & codes.c.used_at.is_(None)
    await tx.execute(update(codes).where(earlier).values(used_at=tx.now))
    code = ''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    row = {
        'digest': digest(code),
        'purpose': purpose,
        'staff_id': staff_id,
        'conversation_id': conversation_id,
        'created_at': tx.now,
        'expires_at': tx.now + VALID[purpose],
    }
    await tx.execute(insert(codes), row)
    return spaced(code)


async def use(tx: Tx, purpose: str, code: str, *who: str) -> Row[Any] | None:
    """Use a code up, once; None when it is wrong, and a try counted against each of `who` (a chat, an address).

    Raises Refusal too_many_tries when any of them has none left.
    """
    since = tx.now - TRIES_FOR
    tried = select(func.count()).where(tries.c.who.in_(who), tries.c.at > since).group_by(tries.c.who)
    if any(row[0] >= MOST_TRIES for row in (await tx.execute(tried)).all()):
        raise Refusal('too_many_tries')
    good = (codes.c.digest == digest(normal(code))) & (codes.c.purpose == purpose)
    good &= codes.c.used_at.is_(None) & (codes.c.expires_at > tx.now)
    used = update(codes).where(good).values(used_at=tx.now).returning(codes)
    row: Row[Any] | None = (await tx.execute(used)).one_or_none()
    if row is None:
        await tx.execute(insert(tries), [{'who': one, 'at': tx.now} for one in who])
    return row


def digest(code: str) -> str:
    """Give what is kept of a code: 60 random bits need no salt."""
    return hashlib.sha256(code.encode()).hexdigest()
