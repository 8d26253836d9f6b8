"""Expected refusals: a code and the facts; the words are found in bot/content only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Refusal(Exception):
    """What may not happen. `code` names the reason, `facts` fill the sentence that says it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@contextmanager
def about(report_id: int, reader: str) -> Iterator[None]:
    """Tell in every refusal within which case it was about and who looks at it: 'staff' or 'reporter'."""
    try:
        yield
    except Refusal as refusal:
        refusal.facts |= {'report_id': report_id, 'reader': reader}
        raise
