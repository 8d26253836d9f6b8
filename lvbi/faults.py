"""Arming a fault point by LVBI_FAULT: for tests only, which say so by LVBI_TEST_FAULTS=1."""

import os

from lvbi.settings import SettingsWrong, Wrong
from storage import fault_points


def arm_by_environment() -> None:
    """Arm the point that LVBI_FAULT names, if any. Raises SettingsWrong, outside tests always."""
    order = os.environ.get('LVBI_FAULT')
    if order is not None and os.environ.get('LVBI_TEST_FAULTS') != '1':
        raise SettingsWrong(Wrong('LVBI_FAULT', 'for_tests_only'))
    try:
        fault_points.arm(order)
    except ValueError:
        raise SettingsWrong(
            Wrong('LVBI_FAULT', 'no_such_fault', {'choices': ', '.join(fault_points.POINTS)})
        ) from None
