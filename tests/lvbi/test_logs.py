"""Logs hold no secret, no token, no cookie, no words of residents, whoever writes them."""

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from lvbi import logs
from lvbi.redaction import Redaction

TOKEN = '7712345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'
SECRET = 'k3Y-of-the-house'


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Give pytest its logging back."""
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in logs.QUIET}
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ('text', 'hidden'),
    [
        (f'POST https://api.telegram.org/bot{TOKEN}/sendMessage', TOKEN),
        (f'the token {TOKEN} is wrong', TOKEN),
        (f'signed with {SECRET}', SECRET),
        ('cookie: lvbi_chat=WzEyMywwXQ.abc; path=/', 'WzEyMywwXQ'),
        ("{'lvbi_chat': 'WzEyMywwXQ.abc'}", 'WzEyMywwXQ'),
        ('postgresql://lvbi:geheim@db/lvbi', 'geheim'),
        ('GET /chat?big=1&code=QRVZ-8ZSX-EEBX', 'QRVZ'),
        ('/start QRVZ-8ZSX-EEBX', 'QRVZ'),
        ("[SQL: INSERT]\n[parameters: ('黑水', 1)]\n(Background on this error at: x)", '黑水'),
        ('DETAIL:  Failing row contains (1, 黑水).', '黑水'),
        ("type=string_type, input_value={'text': '黑水'}, input_type=dict", '黑水'),
    ],
)
def test_what_must_not_be_logged_is_masked(text: str, hidden: str) -> None:
    masked = Redaction([SECRET])({}, 'info', {'event': text, 'deep': [{'text': text}, (text,)]})  # type: ignore[arg-type]
    assert hidden in text
    assert hidden not in str(masked)
    assert '***' in masked['event']


def test_harmless_words_stay_as_they_are() -> None:
    event = {'event': 'dead letter', 'reference': 'E-7K3Q9M2X', 'count': 3, 'at': '2026-11-20T04:00:00Z', 'no': None}
    assert Redaction([])(None, 'error', event) == event


def test_errors_are_masked_too_and_the_reference_is_found() -> None:
    stream = io.StringIO()
    logs.configure('json', 'info', [SECRET], stream)
    try:
        raise ValueError(f'{SECRET} and {TOKEN}')
    except ValueError as fault:
        structlog.get_logger('intake').error('dead letter', reference='E-7K3Q9M2X', exc_info=fault)
    line = json.loads(stream.getvalue())
    assert (line['event'], line['reference'], line['logger']) == ('dead letter', 'E-7K3Q9M2X', 'intake')
    assert 'ValueError: *** and ***' in line['exception']


@pytest.mark.parametrize('form', ['console', 'json'])
def test_libraries_write_into_the_same_log_and_their_chatter_stays_out(form: str) -> None:
    stream = io.StringIO()
    logs.configure(form, 'debug', [], stream)
    logging.getLogger('httpx').info('HTTP Request: POST https://api.telegram.org/bot%s/getMe', TOKEN)
    logging.getLogger('aiogram.event').warning('Update %s is not handled', {'text': '黑水'})
    logging.getLogger('uvicorn.access').info('GET /chat?code=QRVZ')
    logging.getLogger('apscheduler.scheduler').info('Added job')
    assert stream.getvalue() == ''
    logging.getLogger('uvicorn.error').error('refused %s', TOKEN)
    with warnings.catch_warnings():
        warnings.simplefilter('always')
        warnings.warn('old', DeprecationWarning, stacklevel=1)
    assert 'refused ***' in stream.getvalue()
    assert 'DeprecationWarning: old' in stream.getvalue()
