"""What people write, as it is taken in: no control characters, nothing that turns lines around, no unseen words."""

import re
import unicodedata

# What nobody types: PostgreSQL takes no NUL, and the rest would only hide words from those who read them.
CONTROLS = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]')
# Unicode's bidirectional controls (UAX 9): a word can use them to show what follows it in another order.
_TURNING = re.compile('[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Blank though their category says letter or sign: Hangul fillers, the empty Braille pattern.
_BLANK = frozenset('\u115f\u1160\u2800\u3164\uffa0')
_UNSEEN = frozenset({'Cc', 'Cf', 'Cn', 'Cs', 'Mn', 'Zl', 'Zp', 'Zs'})


def taken_in(words: str) -> str:
    """Give somebody's words without controls of any kind and the space around; empty when nothing is seen."""
    said = _TURNING.sub('', CONTROLS.sub('', words)).strip()
    return said if any(map(_is_seen, said)) else ''


def count_seen(words: str) -> int:
    """Count the characters that can be seen."""
    return sum(map(_is_seen, words))


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in _UNSEEN and sign not in _BLANK
