"""Tabs of the web chat: each numbers its updates, and only the next number is heard."""

from sqlalchemy import select

from storage.arrivals import Address
from storage.store import ReadTx
from storage.tables import conversations, inbox


def key_of(address: Address, tab: str, number: int) -> str:
    """Give the key of a tab's update; the chat is in it, so nobody can use up the numbers of another chat's tab."""
    return f'{address.chat_id}:{tab}:{number}'


async def last_heard(tx: ReadTx, address: Address, tab: str) -> int:
    """Give the number of a tab's update that was heard last; 0 when none was."""
    chat = (conversations.c.channel == address.channel) & (conversations.c.bot == address.bot)
    chat &= conversations.c.chat_id == address.chat_id
    prefix = key_of(address, tab, 0)[:-1]
    newest = (
        select(inbox.c.key)
        .join(conversations, conversations.c.id == inbox.c.conversation_id)
        .where(chat, inbox.c.key.startswith(prefix, autoescape=True))
        .order_by(inbox.c.id.desc())
        .limit(1)
    )
    key = (await tx.execute(newest)).scalar_one_or_none()
    return 0 if key is None else int(key.removeprefix(prefix))
