"""Tabs of the web chat: each numbers its updates, and only the next number is heard."""

from sqlalchemy import func, select

from storage.arrivals import Address
from storage.store import ReadTx
from storage.tables import inbox


def key_of(address: Address, tab: str, number: int) -> str:
    """Give the key of a tab's update; the chat is in it, so nobody can use up the numbers of another chat's tab."""
    return f'{address.chat_id}:{tab}:{number}'


async def last_heard(tx: ReadTx, address: Address, tab: str) -> int:
    """Give the highest number of a tab that was heard; 0 when none was.

    As with the question whether an update was heard before, keys alone count: what a chat had said before it was
    forgotten is still known by its keys for a while, and a tab that was open then goes on behind it.
    """
    prefix = key_of(address, tab, 0)[:-1]
    highest = (
        select(inbox.c.key)
        .where(inbox.c.channel == address.channel, inbox.c.bot == address.bot)
        .where(inbox.c.key > prefix, inbox.c.key < prefix + ':')  # : comes right behind the digits
        .order_by(func.length(inbox.c.key).desc(), inbox.c.key.desc())
        .limit(1)
    )
    key = (await tx.execute(highest)).scalar_one_or_none()
    return 0 if key is None else int(key.removeprefix(prefix))
