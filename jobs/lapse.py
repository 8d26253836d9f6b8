"""Lapse: cases whose reporter said nothing for 15 days are confirmed, marked "no answer"."""

import asyncio

from civic.refusals import Refusal
from civic.reports import moves
from jobs.house import JobHouse

BATCH = 20
MOST_COLLISIONS = 5


async def lapse(house: JobHouse) -> int:
    """Confirm all that is silent, a batch at a time; gives how many cases."""
    done = collisions = 0
    while collisions < MOST_COLLISIONS:
        try:
            async with house.store.begin() as tx:
                lapsed = await moves.lapse(tx, house.city, BATCH)
        except Refusal:
            collisions += 1  # a reporter answered one of them at this very moment; it is not silent any more
            continue
        if not lapsed:
            break
        done += lapsed
        await asyncio.sleep(0)
    return done
