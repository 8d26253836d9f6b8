"""The fake in a thread, and as a process that is told over HTTP what people do."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.botapi import TOKEN
from tests.botapi.threads import in_thread


def post(url: str, **params: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(params).encode(), {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


async def test_a_thread_serves_code_that_blocks() -> None:
    with in_thread() as api:
        user = api.user(7)
        user.text('hello')
        [update] = post(f'{api.url}/bot{TOKEN}/getUpdates', timeout=5)['result']
        post(f'{api.url}/bot{TOKEN}/sendMessage', chat_id=7, text=update['message']['text'])
        await user.sees('hello')


def test_a_process_is_told_what_people_do_and_says_what_was_sent() -> None:
    command = [sys.executable, '-m', 'tests.botapi', '--port', '0', '--residents', '3']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        try:
            post(f'{url}/control/act', acts=[[7, 'text', {'words': 'hello'}]])
            assert post(f'{url}/bot{TOKEN}/getUpdates')['result'][0]['message']['text'] == 'hello'
            for number in (1, 2, 3):
                post(f'{url}/bot{TOKEN}/sendMessage', chat_id=number, text='hello')
            post(f'{url}/control/trouble', method='sendMessage', answer=429, times=1)
            with pytest.raises(urllib.error.HTTPError, match='429'):
                post(f'{url}/bot{TOKEN}/sendMessage', chat_id=1, text='hello')
            figures = post(f'{url}/control/await', calls=3, within=5)
        finally:
            process.terminate()
    assert (figures['calls'], figures['refused']) == (3, [])
