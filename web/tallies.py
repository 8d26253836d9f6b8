"""Tallies: how many different things somebody did in a while, counted in memory within this process."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta

MOST_NAMES = 10_000  # remembered at once, the longest unseen forgotten first


class Tally:
    """Counts different things by name (a hashed address, a chat), each for the length of `window`."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._seen: OrderedDict[str, dict[Hashable, datetime]] = OrderedDict()

    def add(self, name: str, thing: Hashable, now: datetime) -> None:
        """Count a thing; one that is counted already keeps its time."""
        things = {one: at for one, at in self._seen.pop(name, {}).items() if now - at < self._window}
        things.setdefault(thing, now)
        self._seen[name] = things
        if len(self._seen) > MOST_NAMES:
            self._seen.popitem(last=False)

    def count(self, name: str, now: datetime, but: Hashable = None) -> int:
        """Tell how many things are counted, `but` not among them."""
        things = self._seen.get(name, {})
        return sum(1 for one, at in things.items() if now - at < self._window and one != but)
