"""Fault points kill the process on purpose, so nobody but the suite may arm one."""

from pathlib import Path

from tests.lvbi.running import lvbi, refused


def test_a_fault_point_is_refused_outside_tests(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    line = refused(tmp_path, 'run', LVBI_HTTP_PORT='0', LVBI_FAULT='after_commit')
    assert line == 'LVBI_FAULT: kills this process on purpose; only tests may set it'


def test_a_fault_point_that_does_not_exist_is_named(tmp_path: Path) -> None:
    lvbi(tmp_path, 'init')
    line = refused(tmp_path, 'run', LVBI_HTTP_PORT='0', LVBI_FAULT='at_noon', LVBI_TEST_FAULTS='1')
    assert line.startswith('LVBI_FAULT: there is no such fault point; there are: before_commit, ')
