"""Prints every breach as `file:line: what. What to do instead.`; prints nothing when there is none."""

import sys
from pathlib import Path

from tests.house_lint.lint import breaches

if __name__ == '__main__':
    found = breaches(Path(__file__).parent.parent.parent)
    sys.stdout.writelines(f'{breach}\n' for breach in found)
    sys.exit(1 if found else 0)
