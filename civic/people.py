"""Who acts: a resident, and the staff member that he may also be, as read at the moment of the tap."""

from dataclasses import dataclass

ROLES = ('viewer', 'grid', 'handler', 'supervisor', 'admin')


@dataclass(frozen=True, slots=True)
class Resident:
    """A person who talks with us; `notice_version` is the data notice he went on with (None: not yet)."""

    id: int
    locale: str
    big: bool
    notice_version: str | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A staff member and the unit whose subtree he sees (a path such as 3306/330602)."""

    id: int
    name: str
    role: str
    unit_code: str
    unit_path: str

    def sees(self, unit_path: str) -> bool:
        """Tell whether a unit lies in this member's subtree."""
        return unit_path == self.unit_path or unit_path.startswith(self.unit_path + '/')


def path_and_above(unit_path: str) -> list[str]:
    """List a unit's path and those of all units above it: '3306/330602' → ['3306', '3306/330602']."""
    steps = unit_path.split('/')
    return ['/'.join(steps[: depth + 1]) for depth in range(len(steps))]
