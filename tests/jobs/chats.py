"""Chats for the tests of jobs: somebody who has written, notices for him, and what he then reads."""

from typing import Any

from sqlalchemy import Row, select

from bot.channels.web import WebChannel
from bot.content.calls import Call
from bot.intake import Intake
from storage import outbox
from storage.store import Store
from storage.tables import conversations, transcript
from storage.tables import outbox as notices
from tests.people import Person

REFERENCE = 'my_data_failed'  # the simplest notice: it says a reference and asks nothing of the store


async def rows(store: Store, statement: Any) -> list[Any]:
    async with store.read() as tx:
        return list((await tx.execute(statement)).all())


async def text_of(store: Store, statement: Any) -> str:
    """All that rows hold, in full: the text of a row itself leaves out the midst of long values."""
    return str([tuple(row) for row in await rows(store, statement)])


async def chat_of(store: Store, person: Person) -> int:
    """The conversation's id."""
    return (await rows(store, select(conversations.c.id).where(conversations.c.chat_id == person.chat_id)))[0].id


class WebPerson(Person):
    """Somebody in the web chat: what he was told stands in the transcript."""

    @property
    def told(self) -> list[Call]:
        """Nothing went over a wire."""
        return []


async def web_person(intake: Intake, chat_id: int = 7, language: str = 'zh-CN') -> WebPerson:
    """Somebody who has said hello in the web chat."""
    person = WebPerson(intake, WebChannel(), chat_id=chat_id, language=language)  # type: ignore[arg-type]  # no wire
    await person.says('/help')
    return person


async def notify(store: Store, chat: int, *references: str, **more: Any) -> None:
    """Write notices that say these references."""
    async with store.begin() as tx:
        await outbox.put(tx, [outbox.message(tx, chat, REFERENCE, {'reference': one}, **more) for one in references])


async def read_chat(store: Store, chat: int) -> list[str]:
    """The texts that stand in a web chat, in order."""
    frames = select(transcript.c.params).where(transcript.c.conversation_id == chat).order_by(transcript.c.id)
    return [row.params.get('text') or row.params.get('caption') or '' for row in await rows(store, frames)]


async def notice(store: Store, number: int = -1) -> Row[Any]:
    """One notice as it stands, the last by default."""
    found: Row[Any] = (await rows(store, select(notices).order_by(notices.c.id)))[number]
    return found
