"""What whoever runs the house on Telegram is told."""

from pathlib import Path

from tests.botapi.threads import in_thread
from tests.lvbi.running import lvbi, refused
from tests.system.warm import lvbi as process

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


async def test_the_chat_opens_though_telegram_cannot_be_reached(tmp_path: Path, free_port: int) -> None:
    nowhere = f'http://127.0.0.1:{free_port}'
    settings = {'LVBI_TELEGRAM_TOKEN': ELSEWHERE, 'LVBI_TELEGRAM_API_BASE': nowhere, 'LVBI_HTTP_PORT': '0'}
    async with process(tmp_path, 'run', **settings, LVBI_LOG_FORMAT='json') as house:
        assert (await house.says('Chat: ')).startswith('Chat: http://')
        await house.logs('the Bot API server cannot be reached')
        assert await house.stops() == 0
    assert ELSEWHERE not in house.log
