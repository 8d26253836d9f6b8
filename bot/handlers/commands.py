"""What works from anywhere: start, help, settings, cancel, my data, forgetting, words for the lists."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.content import my_data as file_words
from bot.content import residents as words
from bot.content.language import speaking
from bot.handlers.filters import Says, Tapped
from bot.handlers.reports import hand
from bot.handlers.reports import mine as my_reports
from bot.handlers.reports import start as report_start
from bot.handlers.staff import desk
from bot.handlers.turn import Turn
from civic import residents
from civic.my_data import order
from civic.reports import drafts


async def start(message: Message, command: CommandObject, turn: Turn) -> Any:
    """Greet; a code after /start signs a staff member in."""
    turn.leave_case()
    turn.go(None)
    if command.args:
        return await desk.sign_in(turn, command.args)
    return None if turn.data.get('noticed') else words.begin()


async def show_help(message: Message, turn: Turn) -> Any:
    """Say how it goes."""
    return words.help_text(turn.city, has_page=turn.has_page)


async def show_human(message: Message, turn: Turn) -> Any:
    """Name people to talk to."""
    return words.human(turn.city)


async def show_later(message: Message, turn: Turn) -> Any:
    """Say that something is not open yet."""
    return words.not_open_yet()


async def show_settings(message: Message, turn: Turn) -> Any:
    """Show the settings."""
    return words.settings(turn.resident, turn.staff, has_page=turn.has_page)


async def show_notice(message: Message, turn: Turn) -> Any:
    """Say what happens to people's data."""
    return words.notice_text(turn.city)


async def cancel(message: Message, turn: Turn) -> Any:
    """Leave whatever is being done; a draft is put aside."""
    return await leave(turn)


async def leave(turn: Turn) -> Any:
    """Put the draft in hand aside and leave every step."""
    busy, draft = turn.conversation.state is not None, hand.in_hand(turn)
    told = await report_start.put_aside(turn)
    turn.go(None)
    if draft is not None and not drafts.is_empty(draft):
        return [told, words.cancelled()]
    return words.begin() if busy else words.nothing_to_cancel()


async def my_data(message: Message, turn: Turn) -> Any:
    """Ask for the ZIP."""
    return await order_data(turn)


async def order_data(turn: Turn) -> Any:
    """A job makes the ZIP, one at a time; what was made is handed over again until it lapses."""
    ordered = await order(turn.tx, turn.conversation.id)
    if ordered.ready:
        return [file_words.ready(row.token, row.name) for row in ordered.ready]
    return words.data_coming() if ordered.new else file_words.being_made()


async def forget(message: Message, turn: Turn) -> Any:
    """Ask the first time."""
    return words.forget_first()


async def tap(callback: CallbackQuery, verb: str, value: str, turn: Turn) -> Any:
    """Answer a button of the settings."""
    return await TAPS[verb](turn, value)


async def set_language(turn: Turn, value: str) -> Any:
    """Change the language and say so in it."""
    await residents.set_locale(turn.tx, turn.resident, value)
    with speaking(value):
        return words.language_set()


async def set_big(turn: Turn, value: str) -> Any:
    """Turn large type on or off."""
    await residents.set_big(turn.tx, turn.resident, value == '1')
    return words.big_set(value == '1')


async def give_return_code(turn: Turn, value: str) -> Any:
    """Give a code for another device."""
    code = await residents.return_code(turn.tx, turn.conversation)
    return words.return_code(code, staff=turn.staff is not None)


async def tap_my_data(turn: Turn, value: str) -> Any:
    """Ask for the ZIP."""
    return await order_data(turn)


async def tap_forget(turn: Turn, value: str) -> Any:
    """Ask twice, then forget."""
    if value == 'yes' and turn.data.get('forget') == 'sure':
        later = await residents.forget(turn.tx, turn.conversation, turn.resident, turn.staff)
        return words.forgotten(later)
    if value == 'sure':
        turn.data['forget'] = 'sure'
        return words.forget_again()
    return words.forget_first()


async def tap_cancel(turn: Turn, value: str) -> Any:
    """Leave."""
    turn.data.pop('forget', None)
    turn.leave_case()
    return await leave(turn)


async def tap_staff_out(turn: Turn, value: str) -> Any:
    """Sign out as staff."""
    return await desk.sign_out(turn)


TAPS = {
    'lang': set_language,
    'big': set_big,
    'return': give_return_code,
    'mydata': tap_my_data,
    'forget': tap_forget,
    'cancel': tap_cancel,
    'staffout': tap_staff_out,
}


COMMANDS = {
    'report': report_start.begin,
    'myreports': my_reports.show,
    'settings': show_settings,
    'help': show_help,
    'notice': show_notice,
    'cancel': cancel,
    'mydata': my_data,
    'forget': forget,
    'staff': desk.show,
}
SPOKEN = {
    'report': report_start.begin,
    'mine': my_reports.show,
    'settings': show_settings,
    'help': show_help,
    'human': show_human,
    'cancel': cancel,
    'staff': desk.show,
    'later': show_later,
    'place': report_start.ask_place,
}


async def obey(message: Message, command: CommandObject, turn: Turn) -> Any:
    """Answer a command."""
    turn.leave_case()
    return await COMMANDS[command.command](message, turn)


async def follow(message: Message, topic: str, turn: Turn) -> Any:
    """Answer a word that opens a list."""
    turn.leave_case()
    return await SPOKEN[topic](message, turn)


def make_router() -> Router:
    """Commands and words come before every step; a few filters look them up, for each filter costs time."""
    router = Router(name='commands')
    # Whose bot was meant is the channel's to know: aiogram would ask the platform within the turn.
    router.message.register(start, CommandStart(ignore_mention=True))
    router.message.register(obey, Command(*COMMANDS, ignore_mention=True))
    router.message.register(follow, Says(words.spoken()))
    router.callback_query.register(tap, Tapped(*TAPS))
    return router
