"""The suite's whole log is read: a secret or a resident's words in it fail the test that logged them."""

import io
import re

LOG = io.StringIO()
# One-time codes, cookies, bot tokens, S3 keys, and words that the tests' residents say.
FORBIDDEN = {
    'a one-time code': re.compile(r'\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b'),
    'a cookie': re.compile(r'lvbi_chat["\']?\s*[=:]\s*["\']?(?!\*\*\*)[\w.-]{20,}'),
    'a bot token': re.compile(r'(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}'),
    'a password in an address': re.compile(r'://[^/\s:@]*:(?!\*\*\*)[^@\s/]+@'),
    'words of a resident': re.compile('河水发黑|半夜打桩|secret words of a resident|13800000000'),
}


def found_since(position: int) -> list[str]:
    """Name what must not stand in the log from a position on."""
    text = LOG.getvalue()[position:]
    return [kind for kind, pattern in FORBIDDEN.items() if pattern.search(text)]
