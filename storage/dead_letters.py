"""Dead letters: updates that met a fault of ours, kept under a reference until staff replay them."""

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select, update

from storage import aloud
from storage.store import ReadTx, Tx
from storage.tables import conversations, inbox


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault of ours: the reference that the resident is told, and the kind of error (never its words)."""

    reference: str
    kind: str

    @classmethod
    def of(cls, fault: BaseException) -> 'Trouble':
        """Make a reference for a fault."""
        return cls(new_reference(), type(fault).__name__)


def trail(fault: BaseException, steps: int = 8) -> list[str]:
    """Name the places a fault came through, innermost last: enough to mend it, and none of its words.

    An error's own text may repeat what a resident wrote, so it stays out of the log; `lvbi replay` shows it again.
    """
    frames = traceback.extract_tb(fault.__traceback__)[-steps:]
    return [f'{"/".join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}' for frame in frames]


def new_reference() -> str:
    """Draw a reference such as E-7K3Q9M2X."""
    return f'E-{aloud.draw(8)}'


async def find(tx: ReadTx, reference: str) -> Row[Any] | None:
    """Find the dead letter of a reference, with its chat."""
    statement = (
        select(inbox, conversations.c.chat_id)
        .join(conversations, conversations.c.id == inbox.c.conversation_id)
        .where(inbox.c.reference == reference.strip().upper(), inbox.c.outcome == 'dead')
    )
    return (await tx.execute(statement)).one_or_none()


async def close(tx: Tx, inbox_id: int) -> None:
    """Mark a dead letter as replayed; its reference stays findable."""
    await tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(outcome='replayed'))
