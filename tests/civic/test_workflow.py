"""The workflow, exhaustively: every state, every move, every role."""

import itertools

import pytest

from civic.people import ROLES, StaffMember
from civic.refusals import Refusal
from civic.reports.workflow import FINAL, MOVES, REPORTER, STATES, TABLE, check_may_move

STREET, COUNTY = '3306/330602/330602001', '3306/330602'
# Who may make each move in each state, written out anew: role → 'any' case or only his 'own'.
OWN = {'grid': 'own', 'handler': 'own', 'supervisor': 'any', 'admin': 'any'}
ANY = dict.fromkeys(OWN, 'any')
BOSS = {'supervisor': 'any', 'admin': 'any'}
HANDLER_OWN = {'handler': 'own'} | BOSS
WORK = {'ask': OWN, 'start': OWN, 'resolve': OWN, 'reject': HANDLER_OWN, 'reassign': BOSS}
EXPECTED = {
    'received': {'claim': ANY, 'reject': {'handler': 'any'} | BOSS, 'reassign': BOSS},
    'accepted': WORK,
    'needs_info': {'resolve': OWN, 'reject': HANDLER_OWN, 'reassign': BOSS},
    'answered': WORK,
    'in_progress': {move: who for move, who in WORK.items() if move != 'start'},
    'reopen_requested': {'reopen': BOSS, 'decline_reopen': BOSS},
}


def member(role: str, path: str = STREET) -> StaffMember:
    return StaffMember(1, 'Officer', role, path.rsplit('/', 1)[-1], path)


def may(role: str, state: str, owner: int | None, move: str, path: str = STREET) -> bool:
    try:
        check_may_move(member(role, path), state, owner, STREET, move)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize('state', STATES)
def test_each_role_may_make_just_the_moves_written_down(state: str) -> None:
    for role, move in itertools.product(ROLES, MOVES):
        right = EXPECTED.get(state, {}).get(move, {}).get(role)
        assert may(role, state, 1, move) is (right is not None), (role, move)
        assert may(role, state, 2, move) is (right == 'any'), (role, move)


def test_nobody_touches_a_case_outside_his_subtree() -> None:
    neighbours = ('3306/330602/330602002', '3306/330603', '3306/33060', '3306/330602/3306020011')
    for role, path, state, move in itertools.product(ROLES, neighbours, STATES, MOVES):
        assert not may(role, state, 1, move, path), (role, path, state, move)


def test_the_county_sees_its_streets_and_the_street_not_the_county() -> None:
    assert may('supervisor', 'accepted', 2, 'resolve', COUNTY)
    assert not member('grid', STREET).sees(COUNTY)


def test_final_states_have_no_way_out_and_all_others_have() -> None:
    with_moves = {state for state, _move in TABLE}
    assert with_moves == set(STATES) - FINAL
    assert {rule.to for rule in TABLE.values()} <= set(STATES)


def test_a_reporter_only_answers_confirms_asks_again_or_withdraws() -> None:
    own = {(state, move) for (state, move), rule in TABLE.items() if rule.roles == REPORTER}
    assert {move for _state, move in own} == {'answer', 'confirm', 'request_reopen', 'withdraw'}
    assert {move for state, move in own if state == 'resolved'} == {'confirm', 'request_reopen'}
