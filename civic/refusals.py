"""Expected refusals: a code and the facts; the words are found in bot/content only."""

from typing import Any


class Refusal(Exception):
    """What may not happen. `code` names the reason, `facts` fill the sentence that says it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
