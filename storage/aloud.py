"""Random codes and references of signs that are not mistaken for each other when they are read aloud."""

import secrets

SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'  # no 0 1 I O; 32 of them: five bits each


def draw(length: int) -> str:
    """Draw so many signs."""
    return ''.join(secrets.choice(SIGNS) for _ in range(length))
