"""Languages: catalogues complete, holes equal, nobody speaks without a reader."""

import pytest

from bot.content import residents
from bot.content.catalogues import complaints
from bot.content.language import _, counted, locale_of, speaking
from bot.content.refusals import FOR_RESIDENTS, sentence
from civic.refusals import Refusal


def test_every_sentence_is_in_every_language_with_the_same_holes() -> None:
    assert complaints() == []


def test_without_a_reader_nothing_is_worded() -> None:
    with pytest.raises(LookupError):
        _('All right.')


def test_the_reader_of_a_block_is_forgotten_after_it() -> None:
    with speaking('en'):
        with speaking('zh'):
            assert _('All right.') == '好的。'
        assert _('All right.') == 'All right.'


def test_numbers_have_their_form() -> None:
    with speaking('en'):
        assert [counted('{count} photo', '{count} photos', n).format(count=n) for n in (1, 2)] == [
            '1 photo',
            '2 photos',
        ]


@pytest.mark.parametrize(
    ('code', 'locale'),
    [('zh-hans', 'zh'), ('zh-CN', 'zh'), ('zh', 'zh'), ('en_US', 'en'), ('de', 'en'), ('', 'zh'), (None, 'zh')],
)
def test_a_phones_language_is_understood(code: str | None, locale: str) -> None:
    assert locale_of(code) == locale


def test_an_unknown_refusal_still_gets_a_sentence() -> None:
    with speaking('en'):
        assert sentence(Refusal('never_heard_of')) == 'This cannot be done now. Please use the buttons.'


@pytest.mark.parametrize('locale', ['zh', 'en'])
def test_a_residents_refusals_are_sentences(locale: str) -> None:
    facts = {'fewest': 1, 'found': 1, 'most': 1, 'state': 'received', 'referrals': ()}
    with speaking(locale):
        said = [sentence(Refusal(code, **facts)) for code in FOR_RESIDENTS]
    assert all(text.endswith(('.', '。', '？', '?')) for text in said)


@pytest.mark.parametrize('word', ['反映', '绿币', '志愿', '问卷', '帮助', '人工'])
def test_the_words_that_reach_every_list_are_known(word: str) -> None:
    assert any(word in words for words in residents.spoken().values())
