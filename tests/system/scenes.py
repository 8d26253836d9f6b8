"""What people do on Telegram, in a line each; whoever sees no answer within half a minute fails the test."""

import re

from tests.botapi.users import User
from tests.system.conftest import Start

WITHIN = 30  # seconds; a moment is usual
SETTINGS = '📦 我的全部数据'  # stands in the settings only
TASHAN = '330602001'
NUMBER = re.compile(r'SX\d\d-\d{6}-\w')
CODE = re.compile(r'\b[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}\b')


async def files(wang: User, words: str = '工地半夜打桩，吵得睡不着') -> str:
    """Complain about noise, from the first word to the number, which is given."""
    await previews(wang, words)
    wang.tap('✅ 提交')
    filed = await wang.sees('SX', within=WITHIN)
    return str(NUMBER.findall(filed['text'])[0])


async def previews(wang: User, words: str = '工地半夜打桩，吵得睡不着') -> None:
    """Complain about noise, up to the preview."""
    wang.text(words)
    await wang.sees('在哪里', within=WITHIN)
    wang.location(30.0, 120.58)
    await wang.sees('哪方面', within=WITHIN)
    wang.tap('🔊 工地吵、夜间施工')
    await wang.sees('塔山街道', within=WITHIN)
    wang.tap('塔山街道')
    await wang.sees('✅ 提交', within=WITHIN)


async def takes_office(start: Start, li: User, name: str = '李芳') -> None:
    """Be added to the staff of a street by an operator, and sign in with the code he was given."""
    async with start('staff', 'add', name, '--role', 'grid', '--unit', TASHAN) as adding:
        code = CODE.findall(await adding.says('code'))[0]
        assert await adding.dies() == 0
    li.text(f'/start {code}')
    await li.sees(f'{name}，您好', within=WITHIN)


async def opens(li: User, number: str) -> None:
    """Open a case from the queue."""
    li.text('/staff')
    await taps_with(li, number)
    await li.sees('✋ 受理', within=WITHIN)


async def taps_with(user: User, words: str) -> None:
    """Tap the newest button whose label has these words, once there is one."""

    def labels() -> list[str]:
        keyboards = [
            message.get('reply_markup', {}).get('inline_keyboard', ()) for message in user.chat.messages.values()
        ]
        return [button['text'] for rows in keyboards for row in rows for button in row if words in button['text']]

    found = await user.chat.bell.until(labels, WITHIN)
    assert found, f'no button with {words!r}. The phone:\n{user.phone}'
    user.tap(found[-1])
