"""Case numbers: read back however typed, and no single mistake goes unnoticed."""

from hypothesis import assume, example, given
from hypothesis import strategies as st

from civic.reports.numbers import ALPHABET, Number, check_character, find_number, looks_like_number

numbers = st.builds(Number, st.just('SX'), st.integers(2000, 2099), st.integers(1, 99_999_999))


def test_the_check_character_is_that_of_iso_7064_mod_37_36() -> None:
    # The example that the standard's users publish for this system: A12425GABC1234002 has check character M.
    assert check_character('A12425GABC1234002') == 'M'


@given(numbers)
def test_a_number_is_found_in_what_somebody_wrote(number: Number) -> None:
    for words in (str(number), str(number).lower(), f'我的 {number} 呢', str(number).replace('-', ' ')):
        assert find_number(words) == number


@example(Number('SX', 2064, 63223660), 10, 'I')  # a shorter number, whose check character it happens to be
@given(numbers, st.integers(0, 99), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number: Number, place: int, other: str) -> None:
    text = str(number)
    place = 2 + place % (len(text) - 2)
    assume(text[place] not in ('-', other))
    assert find_number(text[:place] + other + text[place + 1 :]) != number
    assert find_number(text[:place] + other + text[place + 1 :]) is None


def test_nearly_all_swaps_of_neighbours_are_noticed() -> None:
    """The system finds every single mistake; of swapped neighbours it lets a few pass."""
    tried = missed = 0
    for serial in range(1, 20_000, 7):
        digits = str(Number('SX', 2026, serial)).replace('-', '')
        for place in range(4, len(digits) - 1):
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            if swapped != digits:
                tried += 1
                missed += find_number(swapped) is not None
    assert missed / tried < 0.03


def test_words_are_not_taken_for_numbers() -> None:
    assert not looks_like_number('河水发黑三天了，电话 13800000000')
    assert find_number('SX26') is None
