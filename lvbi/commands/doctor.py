"""`lvbi doctor`: look at everything, say how it is and what to do."""

from collections.abc import Awaitable, Callable
from functools import partial

from bot.content import doctor as words
from lvbi import checks
from lvbi.checks import Finding
from lvbi.commands.doing import do, worded
from lvbi.commands.tables import show_table
from lvbi.refused import lines_of
from lvbi.settings import Settings, SettingsWrong


def doctor() -> bool:
    """Print the table; True when nothing is wrong."""
    try:
        found = do(_look)
    except SettingsWrong as wrong:
        found = [Finding('settings', 'wrong', 'refused', {'said': line}) for line in lines_of(wrong) or ()]
    with worded():
        rows = [
            (words.mark(one.state), words.subject(one.subject), words.finding(one.code, one.facts)) for one in found
        ]
        show_table(words.columns(), rows)
    return all(one.state != 'wrong' for one in found)


async def _look(settings: Settings) -> list[Finding]:
    """Look at one thing after the other; what a check raises is what it found."""
    found: list[Finding] = []
    for name, look in checks.CHECKS.items():
        wrong = {one.subject for one in found if one.state == 'wrong'}
        if not wrong & checks.NEEDS.get(name, set()):
            found += await _looked(name, partial(look, settings))
    return found


async def _looked(name: str, look: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    try:
        return await look()
    except Exception as error:
        lines = lines_of(error)
        if lines is None:
            raise
        return [Finding(name, 'wrong', 'refused', {'said': line}) for line in lines]
