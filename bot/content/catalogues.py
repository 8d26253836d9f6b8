"""Keep the catalogues in step with the sentences in the code: `python -m bot.content.catalogues check|update`."""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.content.language import CATALOGUES, po_file

ROOT = Path(__file__).parents[2]
FOLDERS = ('bot', 'web', 'jobs', 'lvbi')
KEYWORDS = {'_': None, 'marked': None, 'counted': (1, 2)}
HOLE = re.compile(r'{(\w+)[^}]*}')


def sentences() -> Catalog:
    """Collect every sentence of the code."""
    found = Catalog(project='lvbi', charset='utf-8')
    for folder in FOLDERS:
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), method_map=[('**.py', 'python')], keywords=KEYWORDS
        ):
            found.add(message)
    return found


def load(locale: str) -> Catalog:
    """Read a catalogue file, or start an empty one."""
    if not po_file(locale).exists():
        return Catalog(locale=CATALOGUES[locale], charset='utf-8')
    with po_file(locale).open('rb') as source:
        return read_po(source, locale=CATALOGUES[locale])


def complaints() -> list[str]:
    """List what is missing, left over, untranslated or has other holes, one line each."""
    wanted = {message.id for message in sentences() if message.id}
    found: list[str] = []
    for locale in CATALOGUES:
        known = {message.id: message for message in load(locale) if message.id}
        found += [f'{locale}: not in the catalogue: {one!r}' for one in wanted - known.keys()]
        found += [f'{locale}: no longer in the code: {one!r}' for one in known.keys() - wanted]
        found += [f'{locale}: {why}: {one!r}' for one, message in known.items() for why in _faults(message)]
    return sorted(found)


def _faults(message: Message) -> list[str]:
    """Say what is wrong with one translation."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    texts = (message.string,) if isinstance(message.string, str) else message.string or ('',)
    if not all(texts):
        return ['not translated']
    allowed = {hole for one in ids for hole in HOLE.findall(one)}
    return ['holes differ'] if any(set(HOLE.findall(text)) - allowed for text in texts) else []


def update() -> None:
    """Write the code's sentences into each catalogue; English says what the code says."""
    wanted = sentences()
    for locale in CATALOGUES:
        catalog = load(locale)
        catalog.update(wanted, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if locale == 'en':
            _repeat_ids(catalog)
        po_file(locale).parent.mkdir(parents=True, exist_ok=True)
        with po_file(locale).open('wb') as target:
            write_po(target, catalog, width=110, sort_output=True, no_location=True, omit_header=False)


def _repeat_ids(catalog: Catalog) -> None:
    for message in catalog:
        if message.id and not any(message.string if isinstance(message.string, tuple) else (message.string,)):
            message.string = message.id


def main() -> int:
    """Run `check` (exit 1 with the complaints) or `update`."""
    if sys.argv[1:] == ['update']:
        update()
    found = complaints()
    sys.stderr.write('\n'.join(found) + '\n' if found else '')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
