"""Copies of the database: made while it is written, checked, put back for real."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx, copies
from domain.kernel.db.copies import CopyFailed
from domain.kernel.db.keyset import Cut
from domain.operation import audit
from tests.databases import on_server
from tests.staffing import NOON


async def note(tx: Tx, subject: str) -> None:
    audit.record(tx, SYSTEM, "test.noted", subject, NOON)


async def subjects(url: str) -> list[str]:
    db = await Database.open(url)
    try:
        rows = await db.ask(audit.page, audit.Filter(), Cut(most=10_000))
        return [row.subject_id for row in reversed(rows)]
    finally:
        await db.close()


async def write(url: str, *names: str) -> None:
    db = await Database.open(url)
    for name in names:
        await db.act(note, name)
    await db.close()


async def test_what_was_copied_comes_back_and_what_it_replaces_is_kept(
    database_url: str, tmp_path: Path
) -> None:
    await write(database_url, "before")
    copy = await asyncio.to_thread(copies.make, database_url, tmp_path / "copy")
    await write(database_url, "after")

    kept = await asyncio.to_thread(copies.put_back, database_url, copy)

    assert await subjects(database_url) == ["before"]
    old = sa.make_url(database_url).set(database=kept).render_as_string(hide_password=False)
    assert await subjects(old) == ["before", "after"]
    await write(database_url, "and on")
    assert await subjects(database_url) == ["before", "and on"]
    if not database_url.startswith("sqlite"):
        on_server(f"DROP DATABASE {kept}")


async def test_a_copy_made_while_the_server_writes_shows_one_moment(
    database_url: str, tmp_path: Path
) -> None:
    db = await Database.open(database_url)

    async def write_pairs() -> None:
        for n in range(200):
            await db.act(pair, n)

    async def pair(tx: Tx, n: int) -> None:
        await note(tx, f"{n}a")
        await note(tx, f"{n}b")

    writing = asyncio.create_task(write_pairs())
    await asyncio.sleep(0.1)
    copy = await asyncio.to_thread(copies.make, database_url, tmp_path / "copy")
    await writing
    await db.close()

    kept = await asyncio.to_thread(copies.put_back, database_url, copy)
    names = await subjects(database_url)
    assert [name[-1] for name in names].count("a") == [name[-1] for name in names].count("b")
    if not database_url.startswith("sqlite"):
        on_server(f"DROP DATABASE {kept}")


async def test_nothing_is_put_back_under_a_running_server(
    database_url: str, tmp_path: Path
) -> None:
    await write(database_url, "before")
    copy = await asyncio.to_thread(copies.make, database_url, tmp_path / "copy")
    db = await Database.open(database_url)
    await db.act(note, "after")

    with pytest.raises(CopyFailed, match="stop it first"):
        await asyncio.to_thread(copies.put_back, database_url, copy)

    await db.close()
    assert await subjects(database_url) == ["before", "after"]


async def test_a_damaged_copy_is_refused(database_url: str, tmp_path: Path) -> None:
    await write(database_url, "before")
    copy = await asyncio.to_thread(copies.make, database_url, tmp_path / "copy")
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)

    with pytest.raises(CopyFailed, match="damaged or changed"):
        await asyncio.to_thread(copies.put_back, database_url, copy)
    copies.checksum_file(copy).unlink()
    with pytest.raises(CopyFailed, match="sha256"):
        await asyncio.to_thread(copies.put_back, database_url, copy)
    with pytest.raises(CopyFailed, match="there is no"):
        await asyncio.to_thread(copies.put_back, database_url, tmp_path / "nothing")

    assert await subjects(database_url) == ["before"]


async def test_what_is_no_copy_of_ours_is_refused(database_url: str, tmp_path: Path) -> None:
    await write(database_url, "before")
    alien = tmp_path / "alien"
    alien.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    copies.checksum_file(alien).write_text(f"{copies.sha256(alien)}  alien\n")

    with pytest.raises(CopyFailed):
        await asyncio.to_thread(copies.put_back, database_url, alien)

    assert await subjects(database_url) == ["before"]


def test_a_copy_never_overwrites_and_leaves_nothing_half(sqlite_url: str, tmp_path: Path) -> None:
    copies.make(sqlite_url, tmp_path / "copy")

    with pytest.raises(CopyFailed, match="exists"):
        copies.make(sqlite_url, tmp_path / "copy")
    with pytest.raises(CopyFailed, match="there is no"):
        copies.make(f"sqlite:///{tmp_path}/nothing.db", tmp_path / "other")

    assert not list(tmp_path.glob(".*"))
    assert not (tmp_path / "other").exists()


def test_sha256sum_reads_the_checksum(sqlite_url: str, tmp_path: Path) -> None:
    copies.make(sqlite_url, tmp_path / "copy.db")
    program = shutil.which("sha256sum")
    assert program is not None

    subprocess.run([program, "-c", "copy.db.sha256"], cwd=tmp_path, check=True, capture_output=True)


async def test_the_unwritten_part_of_the_old_file_is_kept_with_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A server that was killed leaves a -wal: it belongs to the old file, never to the new one."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    await write(sqlite_url, "before")
    copy = await asyncio.to_thread(copies.make, sqlite_url, tmp_path / "copy")
    db = await Database.open(sqlite_url)
    await db.act(note, "after")
    killed = path.with_name("killed.db")
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", f"{killed}{end}")
    await db.close()

    url = f"sqlite:///{killed}"
    kept = await asyncio.to_thread(copies.put_back, url, copy)

    assert await subjects(url) == ["before"]
    assert await subjects(f"sqlite:///{kept}") == ["before", "after"]
