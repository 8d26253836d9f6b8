"""What one statement must know of an update that arrives: seen before, whose chat, which resident, which staff."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import conversations, inbox, residents, staff


@dataclass(frozen=True, slots=True)
class Address:
    """A chat: channel name, bot number, chat id (never the chat id alone)."""

    channel: str
    bot: int
    chat_id: int

    def __str__(self) -> str:
        """Write it as the subject of a bell."""
        return f'{self.channel}:{self.bot}:{self.chat_id}'


@dataclass(slots=True)
class Conversation:
    """One chat's row, locked for this transaction; `data` and `state` are written back at its end."""

    id: int
    resident_id: int
    address: Address
    state: str | None
    data: dict[str, Any]
    flood_since: datetime
    flood_count: int
    flood_album: str | None
    heard_at: datetime
    unreachable_at: datetime | None = None
    day_since: datetime | None = None
    day_photos: int = 0
    day_reports: int = 0
    # What is heard and said now is for this member of the staff and shows this case: what is kept of it is marked so.
    for_staff: int | None = None
    about: int | None = None


_OF_CHAT = (conversations.c.channel == bindparam('channel')) & (conversations.c.bot == bindparam('bot'))
_SAME_CHANNEL = (inbox.c.channel == bindparam('channel')) & (inbox.c.bot == bindparam('bot'))
_PERSON = (residents.c.locale, residents.c.big, residents.c.notice_version)
_MEMBER = (
    staff.c.id.label('staff_id'),
    staff.c.name.label('staff_name'),
    staff.c.role,
    staff.c.unit_code,
    staff.c.unit_path,
)


def _arrival(dialect: str) -> Select[Any]:
    """Build the statement: (now, inbox row if seen, conversation, resident, staff), one row always."""
    lock = select(conversations).where(_OF_CHAT, conversations.c.chat_id == bindparam('chat_id'))
    now: ColumnElement[Any] = literal(None)
    if dialect == 'postgresql':
        lock = lock.with_for_update(key_share=True)  # NO KEY: rows that only refer to this chat need not wait
        now = func.clock_timestamp()
    chat = lock.cte('chat')
    one = select(literal(1).label('one')).subquery('one')
    seen = (
        inbox.c.id.label('inbox_id'),
        inbox.c.replies,
        inbox.c.said,
        inbox.c.unsaid,
        inbox.c.staff_id.label('for_staff'),
        _followed().label('followed'),
    )
    return select(now.label('database_now'), *seen, *chat.c, *_PERSON, *_MEMBER).select_from(
        one.outerjoin(chat, true())
        .outerjoin(residents, residents.c.id == chat.c.resident_id)
        .outerjoin(staff, and_(staff.c.resident_id == chat.c.resident_id, staff.c.removed_at.is_(None)))
        .outerjoin(inbox, and_(_SAME_CHANNEL, inbox.c.key == bindparam('key')))
    )


def _followed() -> ColumnElement[bool]:
    """Whether the update that must come before was heard."""
    before = inbox.alias('before')
    same = (before.c.channel == bindparam('channel')) & (before.c.bot == bindparam('bot'))
    return exists().where(same, before.c.key == bindparam('follows'))


_ARRIVAL = Prepared(_arrival)


async def find(tx: Tx, address: Address, key: str, follows: str | None = None) -> Any:
    """Lock the chat and read all that the front door must know, in one statement; sets the clock of `tx`."""
    params = {
        'channel': address.channel,
        'bot': address.bot,
        'chat_id': address.chat_id,
        'key': key,
        'follows': follows or '',
    }
    row = (await tx.execute(_ARRIVAL, params)).one()
    tx.read_clock(row.database_now)
    return row


def conversation_of(row: Row[Any], address: Address) -> Conversation:
    """Take the conversation out of an arrival row that has one."""
    return Conversation(
        id=row.id,
        resident_id=row.resident_id,
        address=address,
        state=row.state,
        data=row.data,
        flood_since=row.flood_since,
        flood_count=row.flood_count,
        flood_album=row.flood_album,
        heard_at=row.heard_at,
        **{name: getattr(row, name) for name in _DAY},
    )


_NEW_RESIDENT = Prepared(insert(residents).returning(residents.c.id))
_NEW_CONVERSATION = Prepared(insert(conversations))


async def open_conversation(tx: Tx, address: Address, locale: str) -> None:
    """Make the resident and the chat of somebody who writes for the first time; a race makes one of each.

    Whoever holds the chat open already, such as a page that was only read so far, is woken after the commit.
    """
    person = await tx.execute(_NEW_RESIDENT, {'locale': locale, 'created_at': tx.now})
    row = {
        'channel': address.channel,
        'bot': address.bot,
        'chat_id': address.chat_id,
        'resident_id': person.scalar_one(),
        'data': {},
        'flood_since': tx.now,
        'heard_at': tx.now,
    }
    await tx.execute(_NEW_CONVERSATION, row)
    tx.ring('arrival', address)


_DAY = ('day_since', 'day_photos', 'day_reports')
_STATE = ('state', 'data', 'flood_since', 'flood_count', 'flood_album', 'unreachable_at', *_DAY)
_HEARD = ('outcome', 'raw', 'replies', 'unsaid', 'reference', 'trouble')
_KEEP_CONVERSATION = (
    update(conversations)
    .where(conversations.c.id == bindparam('the_id'))
    .values({name: bindparam(f'the_{name}') for name in _STATE})
    .values(heard_at=bindparam('the_now'))
)
_KEEP_UPDATE = insert(inbox).values(
    {name: bindparam(f'the_{name}') for name in ('channel', 'bot', 'key', *_HEARD, 'staff_id', 'report_id')}
    | {'conversation_id': bindparam('the_id'), 'heard_at': bindparam('the_now')}
)
# One round trip on PostgreSQL; SQLite has no data-changing WITH, and no round trips either.
KEEP_BOTH = Prepared(_KEEP_CONVERSATION.add_cte(_KEEP_UPDATE.cte('heard')))
KEEP_CONVERSATION, KEEP_UPDATE = Prepared(_KEEP_CONVERSATION), Prepared(_KEEP_UPDATE)


async def keep(tx: Tx, conversation: Conversation, key: str, heard: dict[str, Any]) -> None:
    """Write the chat's new state, and the update with its replies (`heard`: outcome, raw, replies, unsaid …)."""
    address = conversation.address
    params = {f'the_{name}': getattr(conversation, name) for name in _STATE}
    params |= {f'the_{name}': heard.get(name) for name in _HEARD}
    params |= {'the_channel': address.channel, 'the_bot': address.bot, 'the_key': key}
    params |= {'the_staff_id': conversation.for_staff, 'the_report_id': conversation.about}
    params |= {'the_id': conversation.id, 'the_now': tx.now}
    if tx.dialect == 'postgresql':
        await tx.execute(KEEP_BOTH, params)
        return
    await tx.execute(KEEP_UPDATE, params)
    await tx.execute(KEEP_CONVERSATION, params)


@dataclass(frozen=True, slots=True)
class Listener:
    """A chat that is spoken to without having written: its locked row, and how its person reads."""

    conversation: Conversation
    locale: str
    unreachable: bool


async def lock(tx: Tx, conversation_id: int) -> Listener:
    """Lock a chat by id, then read its person's language, so that a switch while we waited counts; sets the clock."""
    row = (await tx.execute(_LOCK, {'conversation': conversation_id})).one()
    tx.read_clock(row.database_now)
    locale = (await tx.execute(_LOCALE, {'resident': row.resident_id})).scalar_one()
    address = Address(row.channel, row.bot, row.chat_id)
    return Listener(conversation_of(row, address), locale, row.unreachable_at is not None)


def _lock(dialect: str) -> Select[Any]:
    chat = select(conversations).where(conversations.c.id == bindparam('conversation'))
    if dialect != 'postgresql':
        return chat.add_columns(literal(None).label('database_now'))
    return chat.add_columns(func.clock_timestamp().label('database_now')).with_for_update(
        key_share=True, of=conversations
    )


_LOCK = Prepared(_lock)
_LOCALE = Prepared(select(residents.c.locale).where(residents.c.id == bindparam('resident')))


async def mark_unreachable(tx: Tx, addresses: Collection[Address]) -> None:
    """Note that nobody hears us in these chats; the next update from there takes it back."""
    for one in sorted(addresses, key=str):
        chat = (conversations.c.channel == one.channel) & (conversations.c.bot == one.bot)
        chat &= conversations.c.chat_id == one.chat_id
        await tx.execute(update(conversations).where(chat).values(unreachable_at=tx.now))


async def keep_notes(tx: Tx, conversation: Conversation) -> None:
    """Write a chat's step and notes back without an update: nobody was heard."""
    notes = {'state': conversation.state, 'data': conversation.data}
    await tx.execute(update(conversations).where(conversations.c.id == conversation.id).values(**notes))
