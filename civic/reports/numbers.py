"""Case numbers such as SX26-000123-K: city, year in the city's time, counter, check character."""

import re
from dataclasses import dataclass

# ISO 7064 hybrid system MOD 37,36: 36 characters, one check character, every single error and most swaps are found.
ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
_FORM = re.compile(r'(?<![A-Z0-9])([A-Z]{2})[\s-]?([0-9]{2})[\s-]?([0-9]{6,9})[\s-]?([0-9A-Z])(?!-?[A-Z0-9])')


@dataclass(frozen=True, slots=True)
class Number:
    """A case number: the city's prefix, the full year, the serial within city and year."""

    prefix: str
    year: int
    serial: int

    def __str__(self) -> str:
        body = f'{self.prefix}{self.year % 100:02}{self.serial:06}'
        return f'{body[:4]}-{body[4:]}-{check_character(body)}'


def check_character(body: str) -> str:
    """Compute the check character of ISO 7064 MOD 37,36 for characters of 0-9A-Z."""
    product = 36
    for character in body:
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]


def find_number(words: str, century: int = 2000) -> Number | None:
    """Find a case number in what somebody typed, however spaced; None when there is none or it was mistyped."""
    found = _FORM.search(words.upper())
    if not found:
        return None
    prefix, year, serial, check = found.groups()
    if check_character(prefix + year + serial) != check:
        return None
    return Number(prefix, century + int(year), int(serial))


def looks_like_number(words: str) -> bool:
    """Tell whether somebody tried to type a case number, right or wrong."""
    return _FORM.search(words.upper()) is not None


def is_number(words: str) -> bool:
    """Tell whether somebody typed a case number, right or wrong, and nothing else."""
    return _FORM.fullmatch(words.strip().upper()) is not None
