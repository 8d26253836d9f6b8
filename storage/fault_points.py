"""Points at which tests kill the process, as a power cut or `kill -9` would; armed by LVBI_FAULT only.

A point costs a comparison. The settings refuse LVBI_FAULT outside tests.
"""

import os
import signal

POINTS = (
    'before_commit',  # a turn's transaction is complete and not committed
    'after_commit',  # a turn is committed and nothing of it is said
    'before_said',  # replies are said and not marked so
    'after_claim',  # notices are claimed
    'after_calling',  # a notice's row says that it may be said from now on
    'after_answer',  # a notice was said, and its row does not know
    'mid_download',  # a file was fetched, and its row does not know
)

_armed: list[str] = []
_left = 0


def arm(order: str | None) -> None:
    """Arm one point: its name, or name:N for its N-th time; None disarms. Raises ValueError for an unknown one."""
    global _left
    _armed.clear()
    if order is None:
        return
    name, _, times = order.partition(':')
    if name not in POINTS or not (times or '1').isdecimal() or times == '0':
        raise ValueError(order)
    _armed.append(name)
    _left = int(times or 1)


def reach(name: str) -> None:
    """Die here without a word if this point is armed and its time has come."""
    global _left
    if name in _armed:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
