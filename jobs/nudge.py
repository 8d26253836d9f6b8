"""Nudges: whoever left a draft in hand for two hours is asked about it once, by day."""

from civic.reports import abandoned
from jobs.house import JobHouse


async def nudge(house: JobHouse) -> int:
    """Write the notices that are due; gives how many drafts. At night it does nothing: the morning is soon enough."""
    done = 0
    while True:
        async with house.store.read() as tx:
            if not abandoned.is_daytime(house.city, tx.now):
                return done
            left = await abandoned.find_left(tx)
        if not left:
            return done
        async with house.store.begin() as tx:
            await abandoned.nudge(tx, left)
        done += len(left)
