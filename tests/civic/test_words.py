"""What people write is taken in without what nobody sees."""

import pytest

from civic.words import count_seen, taken_in


@pytest.mark.parametrize(
    'nothing',
    ['', '  \n', '\u200b\u200b\u200b\u200b', '\u2060\ufeff \u00ad', '\u3164\u2800', '\ufe0f', '\u202e\u202c'],
)
def test_words_in_which_nothing_is_seen_are_no_words(nothing: str) -> None:
    assert taken_in(nothing) == ''


def test_controls_that_turn_a_line_around_go_and_the_rest_stays() -> None:
    assert taken_in(' 河水\u202e发黑\u2066\u200f，三天了\n请来看 ') == '河水发黑，三天了\n请来看'


def test_control_characters_go_and_lines_stay() -> None:
    assert taken_in('工地半夜\x00打桩\n\x1b[31m红\x85色\x7f') == '工地半夜打桩\n[31m红色'


@pytest.mark.parametrize('kept', ['👨\u200d👩\u200d👧', 'ن\u200cم', 'é', '❤\ufe0f'])
def test_signs_that_need_unseen_ones_keep_them(kept: str) -> None:
    assert taken_in(kept) == kept


def test_only_what_is_seen_is_counted() -> None:
    assert count_seen('a\u200bb \u3164\n') == 2
