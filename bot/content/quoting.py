"""What somebody else wrote, as we show it; commands need it too, so nothing here loads a chat library."""

import re

BAR = '│ '
MOST_LINES = 30
# Telegram makes a command of a slash after anything but a letter, a digit, "_" or "/": after 。 and ( as well.
_COMMAND = re.compile(r'(?<![\w/])/(?=[A-Za-z0-9_])')
DEFUSED = '/\u2060'  # a word joiner: unseen, and no platform takes what follows for a command


def quoted(words: str) -> str:
    """Set off what somebody wrote: a bar before each line, so that none passes for ours, and no command to tap.

    The chat page makes no links of lines with the bar. Lines beyond the thirtieth are run on, so that nobody pushes
    out of sight what stands below.
    """
    lines = words.splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], ' / '.join(lines[MOST_LINES - 1 :])]
    return '\n'.join(f'{BAR}{_COMMAND.sub(DEFUSED, line)}' for line in lines)
