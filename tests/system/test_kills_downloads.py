"""A photo that the process died over is fetched again; nothing of the first time stays."""

from pathlib import Path

from tests.botapi import BotApi
from tests.journeys.scenes import canal
from tests.system import ledger, scenes
from tests.system.conftest import House, Rows, TimePasses
from tests.system.test_kills import KILLED


def lying(folder: Path) -> list[str]:
    """The files in the media store."""
    return sorted(path.name for path in (folder / 'var' / 'media').rglob('*') if path.is_file())


async def test_a_photo_that_the_process_died_over_is_fetched_again_and_kept_once(
    api: BotApi, house: House, rows: Rows, time_passes: TimePasses, tmp_path: Path
) -> None:
    wang = api.user(7)
    async with house(LVBI_FAULT='mid_download') as dying:
        wang.photo(canal())
        assert await dying.dies() == KILLED
    assert len(lying(tmp_path)) == 3
    await time_passes()
    async with house() as lasting:
        await wang.sees('在哪里', within=scenes.WITHIN)
        await ledger.quiet(rows)
        assert await lasting.stops() == 0
    [keys] = await rows("SELECT original_key, clean_key, small_key FROM photos WHERE state = 'ready'")
    assert lying(tmp_path) == sorted(Path(key).name for key in keys)
    assert await rows('SELECT count(*) FROM doomed_files') == [(0,)]
    await ledger.heard_once(api, rows)
    ledger.said_at_most_twice(api, wang)
