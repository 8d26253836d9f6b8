"""Guess the category from what was written: offline, the same answer every time, both languages at once.

Keywords of the pack are found by longest match. Pairs of neighbouring characters and single English words of
those keywords count a little as well, so that a sentence that uses no whole keyword still gets an answer.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from civic.city import Category, City

READ_CHARACTERS = 500
EMPTY_WORDS = frozenset({'the', 'and', 'for', 'from', 'into', 'with', 'without', 'not', 'onto', 'off'})
CRUMB_SHARE = 0.3  # what a pair of characters or a single word counts beside a whole keyword

_WORD = re.compile('[a-z]+')
_FULL_WIDTH = re.compile('[\uff10-\uff5a]')
_CRUMB = re.compile('[a-z]{3,}|[\u3400-\u9fff]{2}')

Votes = tuple[tuple[int, float], ...]  # category index, points


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Keywords and crumbs of a city; `sizes` gives, by first two characters, the keyword lengths, longest first."""

    codes: tuple[str, ...]
    keywords: dict[str, Votes]
    sizes: dict[str, tuple[int, ...]]
    crumbs: dict[str, Votes]


def likely_categories(city: City, words: str, count: int = 3) -> list[str]:
    """Codes of the likeliest open categories, likeliest first; fewer than `count`, or none, when nothing fits.

    Only the first 500 characters are read. Ties keep the order of the pack.
    """
    index = prepare_words(city)
    text = fold(words[:READ_CHARACTERS])
    points = [0.0] * len(index.codes)
    for votes in _heard(index, text):
        for at, worth in votes:
            points[at] += worth
    best = sorted((at for at, sum_ in enumerate(points) if sum_ > 0), key=lambda at: -points[at])
    return [index.codes[at] for at in best[:count]]


def fold(words: str) -> str:
    """Lower case, full-width forms made plain, English words cut to their stems."""
    plain = unicodedata.normalize('NFKC', words) if _FULL_WIDTH.search(words) else words
    return _WORD.sub(_stemmed, plain.lower())


def _heard(index: WordIndex, text: str) -> Iterator[Votes]:
    yield from (index.keywords[keyword] for keyword in set(_keywords_in(index, text)))
    yield from (index.crumbs[crumb] for crumb in index.crumbs.keys() & _crumbs_of(text))


def _keywords_in(index: WordIndex, text: str) -> Iterator[str]:
    """The longest keyword at every place; one that lies wholly inside the one before it does not count."""
    reached = 0
    for at, start in enumerate(map(add, text, text[1:])):
        if start not in index.sizes:
            continue
        end = _longest(index, text, at, reached)
        if end:
            reached = end
            yield text[at:end]


def _longest(index: WordIndex, text: str, at: int, reached: int) -> int:
    """Where the longest keyword that starts here ends, 0 when there is none that goes further than `reached`."""
    for size in index.sizes[text[at : at + 2]]:
        end = at + size
        if end > reached and text[at:end] in index.keywords and _stands_alone(text, at, end):
            return end
    return 0


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the match does not cut an English word: "ship" is not in "shipping", but 烟 is in 黑烟."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_is_letter(before) and _is_letter(text[start])) and not (
        _is_letter(after) and _is_letter(text[end - 1])
    )


def _is_letter(char: str) -> bool:
    return 'a' <= char <= 'z'


def _crumbs_of(text: str) -> set[str]:
    """Single characters, pairs of neighbours and whole English words; most of them mean nothing."""
    return {*text, *map(add, text, text[1:]), *_WORD.findall(text)}


@lru_cache(maxsize=8)
def prepare_words(city: City) -> WordIndex:
    """Make a city's index, once. Called at start-up too, so that no resident waits for it."""
    categories = city.open_categories()
    spoken = [{fold(word) for word in _spoken(category)} for category in categories]
    keywords = _shared_out([{word for word in words if len(word) > 1} for words in spoken], 1.0)
    sizes: dict[str, set[int]] = defaultdict(set)
    for keyword in keywords:
        sizes[keyword[:2]].add(len(keyword))
    return WordIndex(
        codes=tuple(category.code for category in categories),
        keywords=keywords,
        sizes={start: tuple(sorted(lengths, reverse=True)) for start, lengths in sizes.items()},
        crumbs=_shared_out([_worth_hearing(words) for words in spoken], CRUMB_SHARE),
    )


def _worth_hearing(keywords: set[str]) -> set[str]:
    """The crumbs that stand for a category: pairs of Chinese characters, English words, one-character keywords."""
    crumbs = {crumb for word in keywords for crumb in _crumbs_of(word) if _CRUMB.fullmatch(crumb)}
    return (crumbs - EMPTY_WORDS) | {word for word in keywords if len(word) == 1}


def _spoken(category: Category) -> tuple[str, ...]:
    return (*category.keywords_zh, *category.keywords_en)


def _shared_out(spoken: Iterable[Iterable[str]], share: float) -> dict[str, Votes]:
    """Points of every word: more for a longer one, split between the categories that have it."""
    owners: dict[str, list[int]] = defaultdict(list)
    for at, words in enumerate(spoken):
        for word in words:
            owners[word].append(at)
    return {word: tuple((at, share * _length(word) ** 1.5 / len(ats)) for at in ats) for word, ats in owners.items()}


def _length(word: str) -> float:
    """Length in Chinese characters; three Latin letters weigh about as much as one."""
    latin = sum(1 for char in word if char < '\u0100')
    return len(word) - latin + latin / 3


def _stemmed(found: re.Match[str]) -> str:
    return _stem(found[0])


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """Cut the endings that English grammar adds: smells, smelling, smelled are one word."""
    if len(word) <= 3:
        return word
    for ending, instead in (('ies', 'y'), ('ing', ''), ('ed', ''), ('es', 'e'), ('s', '')):
        if word.endswith(ending) and not word.endswith('ss') and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    word = word.removesuffix('e')
    return word[:-1] if word[-1] == word[-2] and word[-1] not in 'aeiou' else word
