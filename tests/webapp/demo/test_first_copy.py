"""The demo's first copy: whole, with its checksum, and nobody is warned."""

from pathlib import Path

from domain.kernel import clock
from domain.kernel.db import Database, copies
from domain.operation import backups
from tests.staffing import hire
from webapp.demo.copies import keep_one
from webapp.safekeeping import files
from webapp.settings import Settings


async def test_one_copy_is_kept_and_the_house_is_not_warned(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, low_disk_bytes=1)
    db = await Database.open(sqlite_url)
    try:
        await hire(db, "boss")
        await keep_one(db, settings)
        standing = await db.ask(backups.standing, clock.utc_now(), 36)
        (row,) = await db.ask(backups.page)
    finally:
        await db.close()

    assert (standing.problem, standing.last_good.id) == ("", row.id)
    copies.check(files.path_of(settings, row.name))
    assert row.status == "made"
