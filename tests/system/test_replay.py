"""Whoever sends the whole log of a day once more changes nothing: not a row, not a word."""

from storage.tables import metadata
from tests.botapi import BotApi
from tests.botapi.users import User
from tests.journeys.scenes import canal
from tests.system import ledger, scenes
from tests.system.conftest import House, Rows, Start

OF_PROCESSES = {'leases', 'buckets'}  # who works and how fast one may speak, not what was said or done
OF_THE_MOMENT = {'heard_at', 'flood_since', 'flood_count', 'flood_album'}


async def everything(rows: Rows, heard: int) -> dict[str, list[str]]:
    """All rows of all tables, of the updates as many as were heard at first; but for when somebody was last heard."""
    found = {}
    for name in metadata.tables.keys() - OF_PROCESSES:
        columns = [f'"{column.name}"' for column in metadata.tables[name].columns if column.name not in OF_THE_MOMENT]
        found[name] = [repr(row) for row in await rows(f'SELECT {", ".join(columns)} FROM {name} ORDER BY 1')]
    found['inbox'] = found['inbox'][:heard]
    return found


async def test_a_whole_log_that_is_heard_twice_changes_nothing(
    api: BotApi, start: Start, house: House, rows: Rows
) -> None:
    wang, li, smith = api.user(7), api.user(8, name='李芳'), api.user(9, language='en')
    async with house() as process:
        wang.text('/start')
        await wang.sees('您好', within=scenes.WITHIN)
        number = await scenes.files(wang)
        await scenes.takes_office(start, li)
        await scenes.opens(li, number)
        li.tap('✋ 受理')
        await wang.sees(ledger.TAKEN_UP, within=scenes.WITHIN)
        smith.album([canal(seed=1), canal(seed=2)])
        await smith.sees('Where', within=scenes.WITHIN)
        await forgets(smith)
        smith.text('/help')  # he is new now, and greeted …
        smith.text('/help')  # … and has agreed by going on
        await ledger.until_none(rows, "SELECT count(*) FROM conversations WHERE channel = 'forgotten'")
        wang.edit(wang.text('改一改'), text='改好了')
        wang.blocks()
        wang.unblocks()
        await ledger.settled(api, rows)
        assert await process.stops() == 0
    log, said = list(api.updates.happened), len(api.sent())
    async with house() as process:
        before = await everything(rows, len(log))
        api.redeliver(*log)
        for person in (wang, li, smith):
            person.text('/help')
            await person.sees('119', within=scenes.WITHIN)
        await ledger.settled(api, rows)
        assert await process.stops() == 0
    assert len(api.sent()) == said + 3
    after = await everything(rows, len(log))
    for name, was in before.items():
        assert after[name] == was, name


async def forgets(smith: User) -> None:
    """Have everything deleted."""
    smith.text('/forget')
    await smith.sees('Go on', within=scenes.WITHIN)
    smith.tap('Go on')
    await smith.sees('Yes, forget me', within=scenes.WITHIN)
    smith.tap('Yes, forget me')
    await smith.sees('Done: ', within=scenes.WITHIN)
