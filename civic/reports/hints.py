"""Hints that somebody wrote personal data: telephone, identity card and plate numbers of the mainland."""

import re

PATTERNS = {
    'phone': re.compile(r'(?<!\d)1[3-9]\d{9}(?!\d)'),
    'identity': re.compile(r'(?<!\d)\d{17}[\dXx](?![\dXx])'),
    'plate': re.compile(r'[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}'),
}


def personal_hints(words: str) -> list[str]:
    """Name the kinds of personal data that words seem to hold: phone, identity, plate."""
    return [kind for kind, pattern in PATTERNS.items() if pattern.search(words)]
