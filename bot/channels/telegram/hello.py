"""What the bot says of itself: commands, description, menu, in both languages; and how it listens."""

from dataclasses import dataclass

import structlog
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.hearing import KINDS
from bot.channels.telegram.wire import Wire
from bot.content import telegram as words
from bot.content.language import speaking
from civic.city import City

# Our locale for each language that Telegram asks in; no language is everybody else's.
ASKED_IN = ((None, 'en'), ('zh', 'zh'), ('en', 'en'))
MOST_CONNECTIONS = 40

log = structlog.get_logger('telegram')


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts updates to, and the secret it proves itself with."""

    url: str
    secret: str


async def introduce(channel: TelegramChannel, city: City) -> None:
    """Set commands, descriptions and the menu; Telegram keeps the old ones where it refuses."""
    try:
        for language_code, locale in ASKED_IN:
            await _introduce_in(channel, city, locale, {'language_code': language_code} if language_code else {})
        await channel.ask('setChatMenuButton', {'menu_button': {'type': 'commands'}})
    except (TelegramAPIError, ClientDecodeError) as fault:
        log.warning('the bot could not introduce itself', kind=type(fault).__name__)


async def _introduce_in(channel: TelegramChannel, city: City, locale: str, language: dict[str, str]) -> None:
    with speaking(locale):
        commands = [{'command': name, 'description': said} for name, said in words.commands()]
        short, long = words.short_description(city), words.description(city)
    await channel.ask('setMyCommands', {'commands': commands, **language})
    await channel.ask('setMyShortDescription', {'short_description': short, **language})
    await channel.ask('setMyDescription', {'description': long, **language})


async def listen_by(wire: Wire, webhook: Webhook | None) -> None:
    """Tell Telegram how we listen: by webhook, or by polling; what waits there stays. Raises TelegramAPIError."""
    if webhook is None:
        await wire.call('deleteWebhook')
        return
    params = {
        'url': webhook.url,
        'secret_token': webhook.secret,
        'max_connections': MOST_CONNECTIONS,
        'allowed_updates': list(KINDS),
    }
    await wire.call('setWebhook', params)
