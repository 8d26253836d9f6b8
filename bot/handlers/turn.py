"""A turn: all that a handler may use while it answers one update."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import CallbackQuery, Message

from civic.city import City
from civic.people import Resident, StaffMember
from civic.refusals import Refusal
from storage.arrivals import Conversation
from storage.store import Tx


@dataclass(slots=True)
class Turn:
    """One update being answered: the open transaction, the time, the person and his conversation's state."""

    tx: Tx
    now: datetime
    city: City
    conversation: Conversation
    resident: Resident
    staff: StaffMember | None
    keeps_uploads: bool
    has_page: bool
    network: str | None = None  # keyed digest of the network address that the update came from

    def __post_init__(self) -> None:
        """What a member of the staff writes to a case is marked as such, though it be refused."""
        if self.staff is not None and (self.conversation.state or '').startswith('Working'):
            self.conversation.for_staff = self.staff.id
            self.conversation.about = (self.data.get('case') or {}).get('report_id')

    @property
    def data(self) -> dict[str, Any]:
        """The conversation's own notes; what is written here is kept with the turn."""
        return self.conversation.data

    def leave_case(self) -> None:
        """Whoever turns to something else is no longer writing to a case: his next words must not land in it."""
        if (self.conversation.state or '').startswith(('Working', 'Mine')):
            self.data.pop('case', None)
            self.conversation.state = None

    def go(self, state: State | None) -> None:
        """Say which step comes next."""
        self.conversation.state = state.state if state else None


class RowStorage(BaseStorage):
    """aiogram's FSM over the chat's locked row: state and effects are kept together or not at all."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Set the step."""
        self._conversation.state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        """Read the step."""
        return self._conversation.state

    async def set_data(self, key: StorageKey, data: Any) -> None:
        """Replace the notes."""
        self._conversation.data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Read the notes."""
        return dict(self._conversation.data)

    async def close(self) -> None:
        """Nothing is held."""


def context(turn: Turn, bot_id: int) -> FSMContext:
    """Give aiogram its FSMContext over the turn's conversation."""
    address = turn.conversation.address
    key = StorageKey(bot_id=bot_id, chat_id=address.chat_id, user_id=address.chat_id)
    return FSMContext(RowStorage(turn.conversation), key)


def number_in(value: str) -> int:
    """Read a number out of a button. Raises Refusal old_button."""
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise Refusal('old_button')
    return int(value)


def message_id_of(callback: CallbackQuery) -> int | None:
    """Name our message under which the button stood, where the platform still has it."""
    return callback.message.message_id if isinstance(callback.message, Message) else None
