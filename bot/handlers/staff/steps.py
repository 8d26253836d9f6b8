"""Working a case: each move that staff make, with the words, photos or names that it needs."""

from dataclasses import asdict
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery

from bot.content import staff as words
from bot.content.say import strip
from bot.handlers.staff import desk
from bot.handlers.turn import Turn, message_id_of, number_in
from civic.refusals import Refusal, about
from civic.reports import cases, moves, workflow
from civic.reports.moves import Move, Step
from civic.staff import colleagues


class Working(StatesGroup):
    """What a staff member's next message is for."""

    question = State()
    proof = State()
    refusal = State()


WORDS_FOR = {
    'ask': Working.question,
    'decline_reopen': Working.question,
    'resolve': Working.proof,
    'reject': Working.refusal,
}


async def tap(callback: CallbackQuery, verb: str, value: str, turn: Turn) -> Any:
    """Answer a button of a case; a move that was made, or is being asked about, takes the old buttons away."""
    said = await TAPS[verb](turn, value)
    return [*strip(message_id_of(callback)), said]


async def do(turn: Turn, value: str) -> Any:
    """Make a move, or ask for what it needs; rights and state are checked here, at the tap."""
    name, _, rest = value.partition(':')
    report_id, _, version = rest.partition(':')
    member = desk.get_member(turn)
    case = await cases.get_seen(turn.tx, turn.city, number_in(report_id), member)
    with about(case.id, 'staff'):
        workflow.check_may_move(member, case.state, case.owner_id, case.unit_path, name)
        if case.version != number_in(version):
            raise Refusal('changed_meanwhile')
    if name == 'reject':
        return words.ask_reason(case, turn.city)
    if name == 'reassign':
        able = await colleagues(turn.tx, case.unit_path)
        return words.ask_owner(case, [one for one in able if one.id != case.owner_id], turn.city)
    if name in WORDS_FOR:
        return begin(turn, Step(case.id, case.version, case.draft, name))
    return await make(turn, case.id, Move(name, version=case.version))


def begin(turn: Turn, step: Step) -> Any:
    """Remember the move and ask for its words."""
    turn.data['case'] = {'id': step.report_id} | asdict(step)
    turn.go(WORDS_FOR[step.name])
    return words.ask_words(step)


async def set_reason(turn: Turn, value: str) -> Any:
    """Take the reason of a refusal and ask for a sentence."""
    reason, report_id, version = ([*value.split(':'), '', ''])[:3]
    if reason not in workflow.REJECT_REASONS:
        raise Refusal('old_button')
    case = await cases.get_seen(turn.tx, turn.city, number_in(report_id), desk.get_member(turn))
    return begin(turn, Step(case.id, number_in(version), case.draft, 'reject', reason))


async def hand_on(turn: Turn, value: str) -> Any:
    """Give the case to somebody else."""
    owner, report_id, version = ([*value.split(':'), '', ''])[:3]
    move = Move('reassign', version=number_in(version), owner_id=number_in(owner))
    return await make(turn, number_in(report_id), move)


async def take_words(turn: Turn, said: str) -> Any:
    """Make the remembered move with these words."""
    return await finish(turn, said)


async def go(turn: Turn, value: str) -> Any:
    """Make the remembered move without words."""
    return await finish(turn, None)


async def finish(turn: Turn, said: str | None) -> Any:
    """Make the remembered move."""
    step = turn.data.get('case')
    if step is None or 'name' not in step or not (turn.conversation.state or '').startswith('Working'):
        raise Refusal('old_button')
    move = Move(step['name'], version=step['version'], words=said, reason=step['reason'])
    return await make(turn, step['report_id'], move)


async def make(turn: Turn, report_id: int, move: Move) -> Any:
    """Make the move and show the case as it stands now."""
    case = await moves.move_as_staff(turn.tx, turn.city, desk.get_member(turn), report_id, move)
    turn.data.pop('case', None)
    turn.go(None)
    return await desk.card(turn, case)


def check_may_prove(turn: Turn, case: cases.Case) -> None:
    """Check that this person may add result photos to a case now. Raises Refusal."""
    member = desk.get_member(turn)
    with about(case.id, 'staff'):
        workflow.check_may_move(member, case.state, case.owner_id, case.unit_path, 'resolve')


def ask_proof_words(turn: Turn) -> Any:
    """After result photos."""
    return words.ask_proof_words(turn.data['case']['id'])


TAPS = {'do': do, 'why': set_reason, 'to': hand_on, 'go': go}
