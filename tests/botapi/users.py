"""People with Telegram, and groups."""

from typing import TYPE_CHECKING, Any

from tests.botapi.chats import BLOCKED, DEACTIVATED, KICKED, Chat
from tests.botapi.seats import Seat
from tests.botapi.updates import Update

if TYPE_CHECKING:
    from tests.botapi.api import BotApi


class User(Seat):
    """A person; as a seat, the one in the private chat with the bot."""

    def __init__(self, api: 'BotApi', number: int, language: str | None, name: str) -> None:
        person: dict[str, Any] = {'id': number, 'is_bot': False, 'first_name': name}
        if language is not None:
            person['language_code'] = language
        super().__init__(api, person, api.chats.private(person))

    def opened(self) -> 'User':
        """Have written to the bot before the test began: it may write to him."""
        self.chat.open = True
        return self

    def blocks(self) -> Update:
        """Block the bot."""
        self.chat.closed_because = BLOCKED
        return self._turns('member', 'kicked')

    def unblocks(self) -> Update:
        """Let it write again."""
        self.chat.closed_because = None
        return self._turns('kicked', 'member')

    def deletes_account(self) -> None:
        """Leave Telegram; the bot is not told."""
        self.chat.closed_because = DEACTIVATED

    def _turns(self, old: str, new: str) -> Update:
        return self.api.updates.add('my_chat_member', turned(self.api, self.person, self.chat, old, new))


class Group:
    """A supergroup. People sit in it: `group.seat(user).text('/start')`."""

    def __init__(self, api: 'BotApi', number: int, title: str) -> None:
        self.api = api
        self.chat = api.chats.group(number, title)

    def seat(self, user: User) -> Seat:
        """A person's place in this group."""
        return Seat(self.api, user.person, self.chat)

    def adds_bot(self, by: User) -> Update:
        """Somebody adds the bot; it is told of the membership, and by a line in the group."""
        self.chat.open, self.chat.closed_because = True, None
        update = self.api.updates.add('my_chat_member', turned(self.api, by.person, self.chat, 'left', 'member'))
        member = {'new_chat_member': self.api.me, 'new_chat_members': [self.api.me]}
        self.seat(by).writes(**member, new_chat_participant=self.api.me)
        return update

    def removes_bot(self, by: User) -> Update:
        """Somebody puts the bot out."""
        self.chat.closed_because = KICKED
        return self.api.updates.add('my_chat_member', turned(self.api, by.person, self.chat, 'member', 'kicked'))

    def left_by_bot(self) -> None:
        """The bot went by itself."""
        self.chat.open = False
        self.api.updates.add('my_chat_member', turned(self.api, self.api.me, self.chat, 'member', 'left'))

    @property
    def has_bot(self) -> bool:
        """Whether the bot is in it."""
        return self.chat.open and not self.chat.closed_because


def turned(api: 'BotApi', by: dict[str, Any], chat: Chat, old: str, new: str) -> dict[str, Any]:
    """A change of the bot's membership."""

    def member(status: str) -> dict[str, Any]:
        return {'user': api.me, 'status': status, **({'until_date': 0} if status == 'kicked' else {})}

    return {
        'chat': {'id': chat.id, **chat.facts},
        'from': by,
        'date': int(api.wall_clock()),
        'old_chat_member': member(old),
        'new_chat_member': member(new),
    }
