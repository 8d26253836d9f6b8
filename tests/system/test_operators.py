"""What whoever runs the house on Telegram is told."""

from pathlib import Path

from tests.botapi.threads import in_thread
from tests.lvbi.running import lvbi, refused

ELSEWHERE = '7000000002:' + 'A' * 35


def test_a_wrong_token_is_one_line(tmp_path: Path) -> None:
    with in_thread() as api:
        settings = {'LVBI_TELEGRAM_TOKEN': ELSEWHERE, 'LVBI_TELEGRAM_API_BASE': api.url, 'LVBI_HTTP_PORT': '0'}
        line = refused(tmp_path, 'run', **settings)
        assert line.startswith(f'LVBI_TELEGRAM_TOKEN: the Bot API server {api.url} does not know this token')


def test_the_doctor_looks_at_the_bot(tmp_path: Path) -> None:
    with in_thread() as api:
        settings = {'LVBI_TELEGRAM_TOKEN': api.token, 'LVBI_TELEGRAM_API_BASE': api.url, 'LVBI_HTTP_PORT': '0'}
        lvbi(tmp_path, 'init', **settings)
        assert '@lvbi_test_bot is ours and answers' in lvbi(tmp_path, 'doctor', **settings).stdout
    done = lvbi(tmp_path, 'doctor', **settings)
    assert done.returncode == 1
    assert 'cannot be reached; look at the network' in ' '.join(done.stdout.split())
