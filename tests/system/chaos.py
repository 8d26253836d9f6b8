"""Trouble at random: people go on whatever happens, the process is killed again and again, Telegram fails."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field

from storage import fault_points
from tests.botapi import BotApi
from tests.botapi.users import User
from tests.journeys.scenes import canal
from tests.system import ledger
from tests.system.conftest import Rows, Start, TimePasses
from tests.system.warm import Process

ACTS = 12  # in a round, which ends with a kill
PHOTOS = [canal(seed=1), canal(seed=2)]
# What the platform did though it did not say so: the call took effect, so it may come a second time.
DOUBTFUL = ('drop', 'broken')
LOCATION = {'latitude': 30.0, 'longitude': 120.58}
NEXT = ('✅ 提交', '塔山街道', '🔊 工地吵、夜间施工', '✋ 受理', '看看这件事')
WORDS = ('工地半夜打桩，吵得睡不着', '/help', '/settings', '/staff', '/start')


@dataclass
class Chaos:
    """A house in trouble, with a count of all that may have been in flight when something broke."""

    api: BotApi
    start: Start
    rows: Rows
    time_passes: TimePasses
    chance: random.Random
    people: list[User]
    told: dict[str, str] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    may_repeat: int = 0
    may_be_ambiguous: int = 0

    async def round(self) -> None:
        """People act, the process dies at a point or at any moment; then a while passes."""
        point = self.chance.choice((*fault_points.POINTS, 'any moment'))
        fault = {} if point == 'any moment' else {'LVBI_FAULT': f'{point}:{self.chance.randint(1, 6)}'}
        self._order_trouble()
        async with self.start(**(self.told | fault)) as process:
            for _ in range(ACTS):
                if not process.process.is_alive():
                    break
                await self._somebody_acts()
            died = not process.process.is_alive()
            process.kill()
            await process.dies()
        self.kills[point if died else 'any moment'] += 1
        await self._count_in_flight()
        await self.time_passes()

    def _order_trouble(self) -> None:
        for _ in range(2):
            answer = self.chance.choice((429, 502, 'drop', 'broken'))
            method = self.chance.choice(('sendMessage', '*'))
            self.api.trouble(method, answer=answer, carried_out=answer in DOUBTFUL)
        if self.chance.random() < 0.3:
            self.api.trouble('getFile', answer=500)

    async def _somebody_acts(self) -> None:
        """Somebody does what his phone offers, now or with others at once, or Telegram repeats itself."""
        if self.chance.random() < 0.2 and self.api.updates.happened:
            self.api.redeliver(self.chance.choice(self.api.updates.happened))
        with self.api.held(self.chance):
            actors = self.chance.sample(self.people, self.chance.randint(1, 3))
            for person in actors:
                self._act(person)
        await actors[0].chat.bell.until(lambda: has_news(actors[0]), within=self.chance.uniform(0.1, 1))

    def _act(self, person: User) -> None:
        label = offered(person)
        if self.chance.random() < 0.1:
            person.album(PHOTOS)
        elif label and self.chance.random() < 0.8:
            person.tap(label)
        elif '在哪里' in person.phone[-200:]:
            person.location(**LOCATION)
        else:
            person.text(self.chance.choice(WORDS))

    async def _count_in_flight(self) -> None:
        """What was unsaid or being said may come again or be uncertain; so may what met a doubtful answer."""
        [(unsaid,)] = await self.rows('SELECT coalesce(sum(unsaid), 0) FROM inbox')
        [(calling,)] = await self.rows("SELECT count(*) FROM outbox WHERE state = 'calling'")
        self.may_repeat += unsaid
        self.may_be_ambiguous += calling

    @property
    def doubtful(self) -> int:
        """How many calls took effect and were answered by nothing that could be read."""
        return sum(trouble.met for trouble in self.api.troubles if trouble.carried_out)

    async def ends(self, process: Process) -> None:
        """Whatever was left is heard and said."""
        await process.says('Lvbi is open')
        await ledger.settled(self.api, self.rows)
        assert await process.stops() == 0

    async def holds(self) -> dict[str, int]:
        """Assert that nothing is lost or doubled; gives the figures."""
        await ledger.heard_once(self.api, self.rows)
        repeated = sum([await self._repeated(person) for person in self.people])
        states = await ledger.notices(self.rows)
        assert repeated <= self.may_repeat + self.doubtful
        assert states['ambiguous'] <= self.may_be_ambiguous + self.doubtful
        assert states.keys() <= {'said', 'ambiguous', 'cancelled'}, states
        doubled = 'SELECT report_id FROM report_events GROUP BY report_id, move HAVING count(*) > 1'
        assert await self.rows(f"{doubled} AND move IN ('file', 'claim')") == []
        [(reports, drafts)] = await self.rows('SELECT count(*), count(DISTINCT draft) FROM reports')
        assert reports == drafts
        figures = {'updates': len(self.api.updates.happened), 'reports': reports, 'replies repeated': repeated}
        return figures | {f'notices {state}': number for state, number in states.items()}

    async def _repeated(self, person: User) -> int:
        """Give how many replies came more often than they should; none may be missing, no notice may come twice."""
        mine = f'conversation_id IN (SELECT id FROM conversations WHERE chat_id = {person.chat.id})'
        expected: Counter[str] = Counter()
        for (replies,) in await self.rows(f'SELECT replies FROM inbox WHERE {mine}'):
            expected.update(call['params']['text'] for call in json.loads(replies) if call['method'] == 'sendMessage')
        sent = ledger.told(self.api, person)
        assert not (missing := expected - sent), (person.chat.id, missing)
        notices = sum(number for text, number in sent.items() if text not in expected)
        states = Counter(state for (state,) in await self.rows(f'SELECT state FROM outbox WHERE {mine}'))
        assert states['said'] <= notices <= states['said'] + states['ambiguous'], (person.chat.id, states, notices)
        return (sent - expected).total() - notices


def offered(person: User) -> str | None:
    """The button that leads on, in the newest message that has any."""
    for message in reversed(person.chat.messages.values()):
        labels = [b['text'] for row in message.get('reply_markup', {}).get('inline_keyboard', ()) for b in row]
        if labels:
            return next((label for label in NEXT if label in labels), None)
    return None


def has_news(person: User) -> bool:
    """Whether the phone shows something since its person last did something."""
    return person.chat.shown > person.before
