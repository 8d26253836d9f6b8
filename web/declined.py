"""What a request is not given: a status and a code; the words are found in bot/content when it is answered."""

from typing import Any


class Declined(Exception):
    """A request that is not done. `facts` fill the sentence, `parameters` go into the answer as they are."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        parameters: dict[str, Any] | None = None,
        retry_after: int | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.parameters = parameters or {}
        self.retry_after = retry_after
        self.facts = facts
