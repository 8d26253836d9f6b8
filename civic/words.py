"""What people write, as it is taken in: nothing that turns lines around, and no words where nothing can be seen."""

import re
import unicodedata

# Unicode's bidirectional controls (UAX 9): a word can use them to show what follows it in another order.
_TURNING = re.compile('[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Blank though their category says letter or sign: Hangul fillers, the empty Braille pattern.
_BLANK = frozenset('\u115f\u1160\u2800\u3164\uffa0')
_UNSEEN = frozenset({'Cc', 'Cf', 'Cn', 'Cs', 'Mn', 'Zl', 'Zp', 'Zs'})


def taken_in(words: str) -> str:
    """Give somebody's words without bidirectional controls and the space around; empty when nothing is seen."""
    said = _TURNING.sub('', words).strip()
    return said if any(map(_is_seen, said)) else ''


def count_seen(words: str) -> int:
    """Count the characters that can be seen."""
    return sum(map(_is_seen, words))


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in _UNSEEN and sign not in _BLANK
