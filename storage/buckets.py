"""How fast a bot may speak: one token bucket a bot, which all processes of the house share, and its halts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.store import Tx
from storage.tables import buckets
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages a second, and how many at once after a pause; in no second are there more than both together.

    Telegram's bound is "about 30 messages a second" (core.telegram.org/bots/faq).
    """

    per_second: float = 28.0
    burst: float = 2.0


USUAL = Rate()


@dataclass(frozen=True, slots=True)
class Bucket:
    """Messages that may go now (below zero: that many went too early), and seconds that a halt still lasts."""

    level: float
    halted: float
    at: datetime


async def hold(tx: Tx, bot: int, rate: Rate = USUAL) -> Bucket:
    """Read a bot's bucket as it stands now; nobody else draws from it until the transaction ends."""
    found = select(buckets.c.level, buckets.c.at, buckets.c.halted_until).where(buckets.c.bot == bot)
    if tx.dialect == 'postgresql':
        found = found.with_for_update()
    row = (await tx.execute(found)).one_or_none()
    if row is None:
        full = upsert(tx.dialect, buckets).on_conflict_do_nothing(index_elements=['bot'])
        await tx.execute(full, {'bot': bot, 'level': rate.burst, 'at': tx.now})
        row = (await tx.execute(found)).one()
    at = max(tx.now, row.at)  # whoever held it while we waited may have begun after us
    run_in = (at - row.at).total_seconds() * rate.per_second
    halted = (row.halted_until - tx.now).total_seconds() if row.halted_until is not None else 0.0
    return Bucket(min(rate.burst, row.level + run_in), max(0.0, halted), at)


async def leave(tx: Tx, bot: int, bucket: Bucket) -> None:
    """Write what is left in a bucket that this transaction holds."""
    await tx.execute(update(buckets).where(buckets.c.bot == bot).values(level=bucket.level, at=bucket.at))


async def draw(tx: Tx, bot: int, messages: float, rate: Rate = USUAL) -> Bucket:
    """Debit messages that went without asking, replies; gives what is left.

    At most a second's worth is owed, so that a rush of replies does not silence the rest for longer than it lasts.
    """
    bucket = await hold(tx, bot, rate)
    left = replace(bucket, level=max(-rate.per_second, bucket.level - messages))
    await leave(tx, bot, left)
    return left


async def halt(tx: Tx, bot: int, seconds: float) -> None:
    """Let nobody speak for that long; a longer halt stays as it is."""
    if (await hold(tx, bot)).halted < seconds:
        until = tx.now + timedelta(seconds=seconds)
        await tx.execute(update(buckets).where(buckets.c.bot == bot).values(halted_until=until))
