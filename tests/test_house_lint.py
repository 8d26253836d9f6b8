"""What the house's own lint refuses, what it lets pass, and what it says."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.house_lint.lint import breaches

HEAD = """
import re
import aiogram
from aiogram import F, F as Magic, Router
from aiogram.filters import Command, Filter, StateFilter, and_f, invert_f
from aiogram.fsm.state import State, StatesGroup, any_state
from aiogram.methods import SendMessage
from bot.handlers.steps import Reporting, Pick, Staff, is_staff, is_old, is_photo

router = Router()
"""
STEPS = """
from aiogram import F
from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup

class Reporting(StatesGroup):
    place = State()

class Pick(CallbackData, prefix='pick'):
    code: str

class Staff(Filter):
    async def __call__(self, event):
        return True

class Boss(Staff):
    pass

async def is_staff(event):
    return True

def is_old(event):
    return True

is_photo = F.photo[-1]
text_or_photo = is_photo | F.text
"""


def house(root: Path, **files: str) -> list[str]:
    """What the lint says about a house of these files; `bot__intake` is bot/intake.py."""
    for name, text in {'bot__handlers__steps': STEPS, **files}.items():
        path = root / f'{name.replace("__", "/")}.py'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return [str(breach) for breach in breaches(root)]


def handlers(root: Path, text: str) -> list[str]:
    return house(root, bot__handlers__reports=HEAD + dedent(text))


@pytest.mark.parametrize(
    ('one', 'fault'),
    [
        ('F.text', 'a bare magic filter'),
        ('~F.text', 'a bare magic filter'),
        ("F.text == '反映'", 'a bare magic filter'),
        ("F.text.in_({'反映', '绿币'})", 'a bare magic filter'),
        ('F.photo[-1].as_("photo")', 'a bare magic filter'),
        ('F.text & F.photo', 'a bare magic filter'),
        ('aiogram.F.text', 'a bare magic filter'),
        ('Magic.text', 'a bare magic filter'),
        ('is_photo', 'a bare magic filter'),
        ('is_photo.as_("photo")', 'a bare magic filter'),
        ('and_f(Command("staff"), F.text)', 'a bare magic filter'),
        ('invert_f(Reporting.place)', 'a bare State'),
        ('Reporting.place', 'a bare State'),
        ('Reporting', 'a bare StatesGroup'),
        ('any_state', 'a bare State'),
        ('State()', 'a bare State'),
        ('lambda message: True', 'a lambda'),
        ('is_old', 'a plain def'),
        ('re.compile("反映").match', 'something that cannot be followed'),
        ('*FILTERS', 'something that cannot be followed'),
    ],
)
@pytest.mark.parametrize('shape', ['@router.message({})', '@on.callback_query({})', 'router.message.filter({})'])
def test_what_would_run_in_a_thread_is_refused_as_a_filter(tmp_path: Path, shape: str, one: str, fault: str) -> None:
    lines = handlers(tmp_path, f'{shape.format(one)}\nasync def hear(message):\n    return None\n')
    assert len(lines) == 1
    assert lines[0].startswith(f'bot/handlers/reports.py:11: {fault} as a filter: ')


@pytest.mark.parametrize(
    'one',
    [
        '',
        'Command("help")',
        'StateFilter(Reporting.place)',
        '~StateFilter(None)',
        'Pick.filter(F.code == "air")',
        'Staff()',
        'Here(F.photo)',
        'is_staff',
        'and_f(Command("staff"), Staff())',
        'staff',
        'StateFilter(Reporting), flags={"chat": 1}',
    ],
)
@pytest.mark.parametrize('shape', ['@router.message({})', '@router.callback_query({})', 'router.poll.filter({})'])
def test_what_stays_in_the_loop_is_welcome(tmp_path: Path, shape: str, one: str) -> None:
    text = """
        staff = Staff()

        class Here(Filter):
            def __init__(self, magic):
                self.magic = magic

            async def __call__(self, message):
                return self.magic.resolve(message)

        {}
        async def hear(message):
            return message.answer('好的')
    """
    assert handlers(tmp_path, dedent(text).format(shape.format(one))) == []


def test_a_plain_def_handler_is_refused_however_it_is_registered(tmp_path: Path) -> None:
    lines = handlers(
        tmp_path,
        """
        def hear(message):
            return None

        @router.message()
        def heard(message):
            return None

        async def listen(message):
            return None

        router.message.register(hear, Command('help'))
        router.message.register(lambda message: None)
        router.message.register(listen, F.text)
        router.message.register(callback=listen)
        router.message(F.text)(listen)
        for observer in (router.message, router.callback_query):
            observer.register(hear)
        """,
    )
    assert [line.split(': ', 1)[1].split('. ')[0] for line in lines] == [
        'the handler heard is a plain def',
        'a plain def as a handler: hear',
        'a lambda as a handler: lambda message: None',
        'a bare magic filter as a filter: F.text',
        'a bare magic filter as a filter: F.text',
        'a plain def as a handler: hear',
    ]


def test_a_filter_class_with_a_plain_call_is_refused_where_it_is_written(tmp_path: Path) -> None:
    lines = handlers(
        tmp_path,
        """
        class Slow(Staff):
            def __call__(self, message):
                return True

        @router.message(Slow())
        async def hear(message):
            return None
        """,
    )
    assert 'the filter Slow has a plain def __call__' in lines[0]
    assert 'something that cannot be followed as a filter: Slow()' in lines[1]


@pytest.mark.parametrize(
    ('statement', 'fault'),
    [
        ("message.answer('好的')", 'built and not returned: message.answer'),
        ("message.reply_photo('x')", 'built and not returned: message.reply_photo'),
        ("query.message.edit_text('好的')", 'built and not returned: query.message.edit_text'),
        ("await message.answer('好的')", 'spoken inside a turn: message.answer'),
        ("sent = await bot.send_message(1, '好的')", 'spoken inside a turn: bot.send_message'),
        ('await query.message.delete()', 'spoken inside a turn: query.message.delete'),
        ("SendMessage(chat_id=1, text='好的')", 'built and not returned: SendMessage'),
    ],
)
def test_a_reply_that_does_not_reach_the_door_is_refused(tmp_path: Path, statement: str, fault: str) -> None:
    lines = handlers(tmp_path, f'@router.message()\nasync def hear(message, bot):\n    {statement}\n')
    assert [line.split(': ', 1)[1].split('. ')[0] for line in lines] == [fault]


def test_verbs_of_ours_and_channels_may_answer_and_send(tmp_path: Path) -> None:
    lines = house(
        tmp_path,
        civic__reports='async def answer(tx):\n    return None\n',
        bot__handlers__reports="""
            from civic import reports
            from civic.reports import answer

            async def hear(message, tx, state, drafts):
                await reports.answer(tx)
                await answer(tx)
                await drafts.edit_text(tx, '新')
                await drafts.delete(tx)
                await state.clear()
                return [message.answer('好的'), message.answer('再见')]
        """,
        bot__channels__web='async def speak(bot, said):\n    await bot.send_message(1, said)\n',
    )
    assert lines == []


def test_only_doors_open_a_transaction(tmp_path: Path) -> None:
    door = 'async def go(store):\n    async with store.begin() as tx:\n        await store.turn(tx)\n'
    stray = dict.fromkeys(['civic__coins', 'bot__handlers__coins', 'bot__intaker'], door)
    doors = dict.fromkeys(
        ['bot__intake', 'bot__channels__web', 'web__chat', 'jobs__say', 'lvbi__cli', 'tests__x'], door
    )
    lines = house(tmp_path, **stray, **doors)
    assert [line.split(': ')[0] for line in lines] == [
        f'{path}:{line}' for path in ('bot/handlers/coins.py', 'bot/intaker.py', 'civic/coins.py') for line in (2, 3)
    ]
    assert 'Take the open transaction `tx` as an argument' in lines[0]


def test_words_for_a_beginning_open_nothing(tmp_path: Path) -> None:
    handler = 'from bot.content import residents as words\n\nasync def greet():\n    return words.begin()\n'
    lines = house(tmp_path, bot__content__residents='def begin():\n    return None\n', bot__handlers__welcome=handler)
    assert lines == []


def test_the_store_may_begin_on_its_engine_but_not_on_itself(tmp_path: Path) -> None:
    lines = house(
        tmp_path,
        storage__store='async def begin(self):\n    await self.engine.begin()\n    await self.turn()\n',
        storage__ledger='async def post(store):\n    async with store.begin():\n        pass\n',
    )
    assert [line.split(': ')[0] for line in lines] == ['storage/ledger.py:2']


def test_files_and_functions_are_short(tmp_path: Path) -> None:
    docstring = '    """Long.' + '\n' * 30 + '    """\n'
    at_most = f'def short():\n{docstring}' + '    x = 1\n' * 25
    one_more = 'def long():\n' + '    x = 1\n' * 26
    lines = house(
        tmp_path,
        civic__coins=at_most + one_more,
        civic__pushes='x = 1\n' * 250,
        civic__surveys='x = 1\n' * 251,
        tests__test_coins=one_more.replace('long', 'test_long') + one_more,
        tests__test_surveys='x = 1\n' * 401,
        bench__dialog='x = 1\n' * 251,
    )
    assert [line.split('. ')[0] for line in lines] == [
        'bench/dialog.py:1: the file has 251 lines, 250 are allowed',
        'civic/coins.py:58: the function long has 26 lines, 25 are allowed',
        'civic/surveys.py:1: the file has 251 lines, 250 are allowed',
        'tests/test_coins.py:28: the function long has 26 lines, 25 are allowed',
        'tests/test_surveys.py:1: the file has 401 lines, 400 are allowed',
    ]


def test_sentences_are_written_out_where_the_catalogues_find_them(tmp_path: Path) -> None:
    lines = house(
        tmp_path,
        bot__content__good="x = _('Hello {name}').format(name=1)\ny = f'{x}!'\n",
        bot__content__hidden='x = f\'{_("Hello")}!\'\n',
    )
    assert [line.split('. ')[0] for line in lines] == ['bot/content/hidden.py:1: a sentence within an f-string']


def test_a_name_that_turns_in_a_circle_is_not_followed_for_ever(tmp_path: Path) -> None:
    lines = handlers(
        tmp_path, 'node = node.parent\n\n@router.message(node)\nasync def hear(message):\n    return None\n'
    )
    assert 'something that cannot be followed as a filter: node' in lines[0]
