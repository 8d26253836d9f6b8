"""Our filters are coroutines: aiogram hops to a thread for every other kind, with the transaction open."""

from collections.abc import Collection, Mapping
from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.content.say import VERSION
from civic.words import CONTROLS

AROUND = ' \n.,!?~…。，、！？～'


class Tapped(Filter):
    """A button of ours of this version with one of `verbs`; gives the handler `verb` and `value`."""

    def __init__(self, *verbs: str) -> None:
        self.verbs = frozenset(verbs)

    async def __call__(self, event: CallbackQuery) -> bool | dict[str, Any]:
        """Read the callback data: version, verb, value. A button of ours holds no control characters."""
        if CONTROLS.search(event.data or ''):
            return False
        version, _, rest = (event.data or '').partition(':')
        verb, _, value = rest.partition(':')
        return {'verb': verb, 'value': value} if version == VERSION and verb in self.verbs else False


class Holds(Filter):
    """A message that holds one of these things: 'photo', 'location', 'text', …"""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    async def __call__(self, event: Message) -> bool:
        """Look at the message's fields."""
        return any(getattr(event, kind) for kind in self.kinds)


class Says(Filter):
    """A message that is just a word of one of these topics; gives the handler `topic`."""

    def __init__(self, topics: Mapping[str, Collection[str]]) -> None:
        self.topics = {word.casefold(): topic for topic, words in topics.items() for word in words}

    async def __call__(self, event: Message) -> bool | dict[str, Any]:
        """Compare without regard to case, or to spaces and punctuation around."""
        topic = self.topics.get((event.text or '').strip(AROUND).casefold())
        return {'topic': topic} if topic else False
