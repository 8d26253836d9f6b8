"""Telegram put together: its channel, and listening by poll (one process at a time) or by webhook."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.ears import Ears
from bot.channels.telegram.hello import Webhook, introduce, listen_by
from bot.channels.telegram.kept import KeptFiles
from bot.channels.telegram.poller import LONGEST_PAUSE, Poller, back_off
from bot.channels.telegram.wire import Wire
from bot.intake import Intake
from civic.city import City
from civic.refusals import Refusal
from jobs.telegram.delivery import Delivery
from lvbi.settings import Settings
from storage import leases
from storage.media import MediaStore
from storage.store import Store, StoreDown

LEASE = timedelta(seconds=10)
RENEW = 3.0  # seconds

log = structlog.get_logger('telegram')


@dataclass(frozen=True, slots=True)
class Telegram:
    """One bot: how it is heard and answered, and how notices are delivered.

    `worker` names this process for the lease of the polling.
    """

    store: Store
    city: City
    channel: TelegramChannel
    delivery: Delivery
    ears: Ears
    webhook: Webhook | None
    worker: str

    async def ask_name(self) -> str | None:
        """Ask who we are, as `name_of` does."""
        return await name_of(self.channel.wire)

    async def listen(self) -> None:
        """Say how we listen and who we are, then poll for ever; with a webhook there is nothing more to do."""
        await self._say_how()
        await introduce(self.channel, self.city)
        if self.webhook is None:
            await (self._poll_in_turn() if self.store.dialect == 'postgresql' else Poller(self.ears).run())

    async def _say_how(self) -> None:
        tries = 0
        while True:
            try:
                await listen_by(self.channel.wire, self.webhook)
            except (TelegramAPIError, ClientDecodeError) as fault:
                tries += 1
                log.warning('the Bot API server cannot be reached', kind=type(fault).__name__, tries=tries)
                await asyncio.sleep(back_off(tries))
            else:
                return

    async def _poll_in_turn(self) -> None:
        """Poll while the lease is ours: Telegram gives updates to one poller only, and several processes may listen.

        On SQLite there is one process only, which need not wait until the lease of its killed forerunner is over.
        """
        polling: asyncio.Future[None] | None = None
        try:
            while True:
                mine = await self._take_lease()
                if mine and (polling is None or polling.done()):
                    polling = asyncio.ensure_future(Poller(self.ears).run())
                elif mine is False:
                    await _stop(polling)
                await asyncio.sleep(RENEW)
        finally:
            await _stop(polling)

    async def _take_lease(self) -> bool | None:
        """True when it is ours, False when somebody else's, None when the store cannot tell now."""
        try:
            async with self.store.begin() as tx:
                return await leases.take(tx, f'telegram:{self.channel.bot}', self.worker, LEASE)
        except StoreDown:
            return None


async def _stop(task: asyncio.Future[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait([task], timeout=LONGEST_PAUSE)


async def name_of(wire: Wire) -> str | None:
    """Ask for the bot's `@name`; None from a server that cannot be reached now. Raises Refusal on a wrong token."""
    try:
        me = await wire.call('getMe')
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise Refusal('telegram_token_refused', base=wire.base) from None
    except (TelegramAPIError, ClientDecodeError) as fault:
        log.warning('the Bot API server cannot be reached', base=wire.base, kind=type(fault).__name__)
        return None
    return f'@{me["username"]}'


def make_wire(settings: Settings) -> Wire | None:
    """Make the wire to the Bot API server; None without a token."""
    if settings.telegram_token is None:
        return None
    return Wire(settings.telegram_token.get_secret_value(), settings.telegram_api_base)


def make_telegram(
    settings: Settings, wire: Wire, intake: Intake, media: MediaStore, key: bytes, worker: str
) -> Telegram:
    """Put the parts of Telegram together over an open store."""
    files = KeptFiles(intake.store, media, wire.bot_id)
    channel = TelegramChannel(wire, files)
    delivery = Delivery(wire, files, channel.pace)
    intake.marks.beside.append(channel.pace.settle)
    ears = Ears(intake, channel, settings.telegram_staff_group)
    webhook = None
    if settings.telegram_webhook_url is not None:
        webhook = Webhook(f'{settings.telegram_webhook_url}{webhook_path(wire.bot_id)}', secret_of(key, wire.bot_id))
    return Telegram(intake.store, intake.city, channel, delivery, ears, webhook, worker)


def webhook_path(bot_id: int) -> str:
    """Where Telegram posts updates for a bot."""
    return f'/telegram/{bot_id}'


def secret_of(key: bytes, bot_id: int) -> str:
    """Derive what Telegram must show with each update, the same in every process of the house."""
    return hmac.new(key, f'telegram webhook {bot_id}'.encode(), hashlib.sha256).hexdigest()
