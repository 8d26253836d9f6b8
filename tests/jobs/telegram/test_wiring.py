"""The house as `lvbi jobs` and `lvbi run` put it together: who answers and who delivers on Telegram."""

from pathlib import Path

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.content.calls import Call
from bot.intake.channel import Fate
from jobs.telegram.delivery import Delivery
from lvbi.settings import Settings
from lvbi.wiring import open_house
from storage import schema
from tests.botapi import BotApi
from tests.jobs.telegram.conftest import CHAT


async def test_aiogram_answers_and_python_telegram_bot_delivers_at_one_pace(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = f'sqlite:///{tmp_path}/lvbi.db'
    await schema.migrate(url)
    settings = Settings(database_url=url, telegram_token=api.token, telegram_api_base=api.url)  # type: ignore[arg-type]  # as in .env
    message = Call('sendMessage', {'chat_id': CHAT, 'text': 'x'})
    async with open_house(settings) as house:
        [address] = [one for one in house.channels if one[0] == 'telegram']
        answering, delivering = house.channels[address], house.jobs.channels[address]
        assert isinstance(answering, TelegramChannel)
        assert isinstance(delivering, Delivery)
        assert answering.pace is delivering.pace
        assert answering.pace.settle in house.intake.marks.beside
        assert [one.fate for one in await delivering.speak(CHAT, [(0, message)])] == [Fate.SAID]
    assert [one.fate for one in await delivering.speak(CHAT, [(0, message)])] != [Fate.SAID]
    assert len(api.sent(CHAT)) == 1
