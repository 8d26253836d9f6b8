"""Giving a chat up: what hangs on it is out of everybody's reach in a few statements, however much that is."""

from sqlalchemy import insert, update

from storage.arrivals import Conversation
from storage.store import Tx
from storage.tables import conversations, residents

FORGOTTEN = 'forgotten'  # the channel of chats that were given up; no channel of this name ever speaks


async def give_up(tx: Tx, conversation: Conversation, locale: str, big: bool) -> None:
    """Put a fresh person and chat in the place of a chat: all that hangs on the old rows is out of reach at once.

    `conversation` becomes the fresh one; the old one waits under an address of its own for a job to clear it.
    """
    away = {'channel': FORGOTTEN, 'bot': 0, 'chat_id': conversation.id, 'state': None, 'data': {}}
    old = update(conversations).where(conversations.c.id == conversation.id)
    old = old.values(**away, unreachable_at=tx.now).returning(conversations.c.session, conversations.c.cleared)
    kept = (await tx.execute(old)).one()
    tx.ring('forgotten')
    tx.ring('chat', conversation.id)
    person = {'locale': locale, 'big': big, 'created_at': tx.now}
    conversation.resident_id = (await tx.execute(insert(residents).returning(residents.c.id), person)).scalar_one()
    conversation.state, conversation.data = None, {}
    address = conversation.address
    fresh = {'channel': address.channel, 'bot': address.bot, 'chat_id': address.chat_id, 'data': {}}
    fresh |= {'resident_id': conversation.resident_id, 'session': kept.session, 'cleared': kept.cleared + 1}
    fresh |= {'flood_since': conversation.flood_since, 'heard_at': tx.now}
    conversation.id = (await tx.execute(insert(conversations).returning(conversations.c.id), fresh)).scalar_one()
