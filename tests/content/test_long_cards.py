"""However much people write, a card shows where the case stands, the newest word, and its buttons."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bot.content.quoting import MOST_LINES, quoted
from bot.content.reports.cases import RECENT, recent
from bot.content.say import MORE, MOST_UNITS, say_all, units

ROWS = [[('好', '1:x')]]


def event(number: int, move: str) -> Any:
    return SimpleNamespace(id=number, move=move, at=datetime(2026, 11, 21, tzinfo=UTC))


def test_a_card_that_fits_is_one_message() -> None:
    [card] = say_all(['头'], ['一', '二'], ROWS)
    assert card.params['text'] == '头\n\n一\n二'
    assert card.params['reply_markup']


def test_a_card_that_does_not_fit_keeps_the_newest_word_and_its_buttons() -> None:
    head, told = say_all(['头', '字' * 2000], [f'{n} ' + '话' * 1000 for n in range(6)], ROWS)
    assert 'reply_markup' not in head.params
    assert told.params['reply_markup']
    assert told.params['text'].startswith(MORE)
    assert '5 话' in told.params['text']
    assert '0 话' not in told.params['text']
    assert units(told.params['text']) <= MOST_UNITS


def test_many_short_lines_push_nothing_out_of_sight() -> None:
    shown = quoted('\n'.join('字' for _line in range(1000)))
    assert shown.count('\n') == MOST_LINES - 1
    assert all(line.startswith('│ ') for line in shown.splitlines())
    assert shown.count('字') == 1000


def test_many_additions_push_no_move_of_staff_out_of_the_history() -> None:
    told = [event(1, 'file'), event(2, 'claim'), event(3, 'ask')]
    told += [event(number, 'add') for number in range(4, 40)]
    shown = recent(told)
    assert len(shown) == RECENT
    assert [one.move for one in shown[:3]] == ['file', 'claim', 'ask']
    assert shown[-1].id == 39


def test_a_short_history_is_shown_whole() -> None:
    told = [event(number, 'add') for number in range(5)]
    assert recent(told) == told
