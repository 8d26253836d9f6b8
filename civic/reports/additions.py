"""What a reporter adds to his case after filing it: words and photos, until it is resolved."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from civic import albums
from civic.city import City
from civic.refusals import Refusal, about
from civic.reports.cases import Case, get_own
from civic.reports.moves import Move, for_staff, move_for_reporter, trimmed
from civic.reports.workflow import FINAL
from storage import outbox
from storage.store import Tx
from storage.tables import report_events

TOLD_EVERY = timedelta(minutes=10)  # of additions that follow one another (product default)
ADDED = 'add'


async def add_words(tx: Tx, city: City, resident_id: int, report_id: int, words: str) -> Case:
    """Add a correction to a case until it is resolved, or answer its question. Raises Refusal."""
    return await add_to(tx, city, await get_own(tx, city, report_id, resident_id), words)


async def add_to(tx: Tx, city: City, case: Case, words: str | None) -> Case:
    """Add words, or note that photos were added, to a case that was read for its reporter. Raises Refusal."""
    check_may_add(case)
    if case.state == 'needs_info':
        return await move_for_reporter(tx, city, case, Move('answer', words=words))
    since, _wordless = await _last_addition(tx, case)
    await _note_addition(tx, case, words, since)
    return case


async def note_joined(tx: Tx, case: Case) -> None:
    """Note that late photos of its album joined a case: one line and one notice, however many they are."""
    since, wordless = await _last_addition(tx, case)
    if not wordless or since is None or tx.now - since > albums.JOINS_FOR:
        await _note_addition(tx, case, None, since)


def check_may_add(case: Case) -> None:
    """Photos and corrections can be added until a case is resolved. Raises Refusal not_now."""
    with about(case.id, 'reporter'):
        if case.state in FINAL | {'resolved', 'reopen_requested'}:
            raise Refusal('not_now', state=case.state, move='add')


async def _last_addition(tx: Tx, case: Case) -> tuple[datetime | None, bool]:
    """Tell when the newest line of a case was written if that is an addition, and whether it has no words."""
    newest = select(report_events.c.move, report_events.c.words, report_events.c.at)
    newest = newest.where(report_events.c.report_id == case.id).order_by(report_events.c.id.desc()).limit(1)
    last = (await tx.execute(newest)).one()
    return (last.at, last.words is None) if last.move == ADDED else (None, False)


async def _note_addition(tx: Tx, case: Case, words: str | None, since: datetime | None) -> None:
    """Write the line of an addition; `since` is when the newest line was written, if that is an addition too."""
    event = {'report_id': case.id, 'at': tx.now, 'move': ADDED, 'state_from': case.state, 'state_to': case.state}
    await tx.execute(insert(report_events), event | {'actor': 'resident', 'words': trimmed(words)})
    told = await for_staff(tx, case, 'report_answered', [case.owner_id], event=ADDED)
    if since is not None and tx.now - since < TOLD_EVERY:
        part = int(tx.now.timestamp() // TOLD_EVERY.total_seconds())
        due_at = datetime.fromtimestamp((part + 1) * TOLD_EVERY.total_seconds(), tx.now.tzinfo)
        once = f'added:{case.id}:{part}'
        told = [one | {'due_at': due_at, 'once': f'{once}:{one["conversation_id"]}'} for one in told]
    await outbox.put(tx, told)
