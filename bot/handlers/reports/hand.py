"""The draft in hand: it lives in the conversation's notes, and the next question follows from it."""

from collections.abc import Callable
from typing import Any

from aiogram.fsm.state import State, StatesGroup

from bot.content.reports import preview, questions
from bot.handlers.turn import Turn
from civic.guesses import likely_categories
from civic.refusals import Refusal
from civic.reports.drafts import Draft, draft_of, missing, new_draft


class Reporting(StatesGroup):
    """What the dialog waits for; anything else may come first all the same."""

    anything = State()
    place = State()
    category = State()
    county = State()
    street = State()
    photo = State()
    words = State()
    preview = State()


def in_hand(turn: Turn) -> Draft | None:
    """Take the draft in hand, if there is one."""
    facts = turn.data.get('draft')
    return draft_of(facts) if facts else None


def get_hand(turn: Turn) -> Draft:
    """Take the draft in hand. Raises Refusal no_draft_in_hand."""
    draft = in_hand(turn)
    if draft is None:
        raise Refusal('no_draft_in_hand')
    return draft


def take(turn: Turn) -> Draft:
    """Take the draft in hand, or begin one."""
    return in_hand(turn) or new_draft()


def hold(turn: Turn, draft: Draft | None) -> None:
    """Keep a draft in hand, or none."""
    if draft is None:
        turn.data.pop('draft', None)
    else:
        turn.data['draft'] = draft.as_facts()


def go_on(turn: Turn, draft: Draft) -> Any:
    """Keep the draft and ask for what is missing, or show the preview."""
    hold(turn, draft)
    lacking = missing(draft, turn.city)
    turn.go(getattr(Reporting, lacking or 'preview'))
    return ask(turn, draft, lacking) if lacking else preview.card(draft, turn.city)


def ask(turn: Turn, draft: Draft, lacking: str) -> Any:
    """Word the question for one missing thing."""
    return QUESTIONS[lacking](turn, draft)


def _ask_category(turn: Turn, draft: Draft) -> Any:
    return questions.ask_category(turn.city, likely_categories(turn.city, draft.words) if draft.words else [])


QUESTIONS: dict[str, Callable[[Turn, Draft], Any]] = {
    'place': lambda turn, draft: questions.ask_place(draft),
    'category': _ask_category,
    'county': lambda turn, draft: questions.ask_county(turn.city, draft.near),
    'street': lambda turn, draft: questions.ask_street(turn.city, draft.county or '', turn.data.get('last_street')),
    'photo': lambda turn, draft: questions.ask_photo(turn.city, draft.category or ''),
    'words': lambda turn, draft: questions.ask_words(turn.city, draft.category or ''),
}
