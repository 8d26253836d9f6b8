"""A draft put aside and taken in hand again is what was told, and what came for it meanwhile."""

from bot.intake import Intake
from civic import photos
from civic.photos import Seen, Target
from civic.reports import drafts
from storage import arrivals
from storage.store import Store
from tests.jobs.chats import chat_of, web_person


async def test_photos_of_an_album_that_came_while_it_lay_aside_are_counted(store: Store, intake: Intake) -> None:
    chat = await chat_of(store, await web_person(intake))
    draft = drafts.new_draft()
    draft.photos = 1
    target = Target(draft.id, 'evidence')
    async with store.begin() as tx:
        conversation = (await arrivals.lock(tx, chat)).conversation
        await photos.attach(tx, conversation, Seen('first', 1, None), target, uploaded=False)
        await drafts.park(tx, chat, draft)
        await photos.attach(tx, conversation, Seen('late', 2, None), target, uploaded=False)
        assert (await drafts.take_up(tx, chat, draft.id)).photos == 2
