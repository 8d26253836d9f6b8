"""The watch over the suite's log notices what must not be there."""

import pytest

from storage.dead_letters import trail
from tests.log_watch import FORBIDDEN, LOG, found_since

PLANTED = {
    'a one-time code': 'signed in with ABCD-EFGH-JKLM',
    'a cookie': 'Cookie: lvbi_chat=WzI3MTg3NDQzNjc0NzczOCwwXQ.Mj3pHs5z9xq',
    'a bot token': 'POST /bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1/sendMessage',
    'a password in an address': 'postgresql://lvbi:hunter2@db/lvbi',
    'words of a resident': 'update text=河水发黑',
}


@pytest.mark.parametrize('kind', list(FORBIDDEN))
def test_what_must_not_be_logged_is_noticed(kind: str) -> None:
    before = LOG.tell()
    LOG.write(PLANTED[kind])
    assert found_since(before) == [kind]
    LOG.seek(before)
    LOG.truncate()


def test_a_fault_is_logged_without_its_words() -> None:
    with pytest.raises(ValueError, match='河水发黑') as caught:
        raise ValueError('河水发黑')
    places = str(trail(caught.value))
    assert '河水发黑' not in places
    assert 'test_log_watch.py' in places
