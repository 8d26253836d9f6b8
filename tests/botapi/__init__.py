"""A fake Bot API server over HTTP, for system tests and for bench. Nothing here sleeps or reaches a network.

    async with serving() as api:                      # in the event loop of the test
        settings: token api.token, API base api.url   # a real process talks to it, by polling or by webhook
        wang = api.user(7, language='zh-hans', name='王阿姨')
        wang.text('/start')
        question = await wang.sees('您想做什么')        # waits for words newer than Wang's last act
        wang.tap('反映问题')                            # the button that her phone shows
        wang.album([jpeg, jpeg]); wang.location(30.0, 120.58); wang.blocks()
        assert 'text' in wang.phone                   # everything on the screen, edits and deletions applied
        trouble = api.trouble('sendMessage', answer=429, retry_after=1, times=2)
        await trouble.struck(2)
        async with unreachable(api):                  # connections are refused
            ...
        with api.held(shuffle=random.Random(1)):      # updates wait, and come mixed
            ...
        api.sent(chat=7)                              # calls with params, chat, text, and time `at`
        assert api.refused == []                      # what the bot asked wrongly; `declined`: what it could not know

Every request is checked against the published description (`selfrotgram`): method, parameters, types, lengths.
"""

from tests.botapi.api import ME, TOKEN, BotApi
from tests.botapi.server import serving, unreachable

__all__ = ['ME', 'TOKEN', 'BotApi', 'serving', 'unreachable']
