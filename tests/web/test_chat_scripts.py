"""The chat page's scripts: short, complete, and readable by the browsers people have."""

import re
from pathlib import Path

import pytest

from web.assets import CHAT_PARTS, STATIC

SCRIPTS = sorted((STATIC / 'chat').glob('*.js'))
NEWER_THAN_2019 = re.compile(
    r'\?\.[a-z(\[]|\?\?|\(\?<|replaceAll|matchAll|fromEntries|\.flat\(|\.flatMap\(|\.at\(|allSettled|\.finally\(|'
    r'replaceChildren|structuredClone|randomUUID|\.inert|showModal|\{\.\.\.|BroadcastChannel'
)


@pytest.mark.parametrize('script', SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_short_and_run_in_browsers_of_2019(script: Path) -> None:
    lines = script.read_text().splitlines()
    assert len(lines) <= 250
    assert [line for line in lines if NEWER_THAN_2019.search(line)] == []


def test_every_script_is_sent_with_the_page_but_the_map() -> None:
    assert {script.stem for script in SCRIPTS} - set(CHAT_PARTS) == {'map'}


def test_the_page_has_every_word_in_both_languages() -> None:
    words = (STATIC / 'chat' / 'words.js').read_text()
    chinese, english = re.findall(r'const (?:zh|en) = \{(.*?)\n  \};', words, re.DOTALL)
    key = re.compile(r"(\w+): '((?:[^'\\]|\\.)*)'")
    holes = {
        language: {name: set(re.findall(r'\{\w+\}', text)) for name, text in key.findall(block)}
        for language, block in (('zh', chinese), ('en', english))
    }
    assert holes['zh'] == holes['en']
    assert len(holes['zh']) > 60
