from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Breach:
    """One place where a rule is broken; the path is relative to the top folder."""

    path: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f'{self.path}:{self.line}: {self.what}. {self.instead}'
