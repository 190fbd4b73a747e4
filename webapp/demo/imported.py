"""Cards of the old system that the demo's area had before: one file has come in, another waits
with mistakes in it."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from domain.operation import approvals, imports, jobs
from domain.operation.approvals import ApprovalStatus
from domain.operation.imports import AT_WORK, Sheet, Worker
from domain.operation.jobs.running import LEASE, lease

SOURCE = "旧会员系统"
HEADINGS = ("原卡号", "卡号", "卡种", "姓名", "手机", "状态", "本金", "赠送", "积分")
CARDS = 24
WRONG: Sequence[tuple[str, str]] = (("手机", "1390851"), ("卡种", "亲子卡"), ("本金", "二百元"))
NAMES = ("王秀兰", "李国强", "张桂英", "刘建华", "陈晓东", "杨丽", "吴志明", "罗红")


class Hands(NamedTuple):
    """Who brings files in, and who agrees."""

    maker: Actor
    checker: Actor


async def bring(db: Database, vault: Vault, area_id: str, hands: Hands, at: datetime) -> None:
    good = [row_of(number) for number in range(CARDS)]
    first = await checked(db, vault, area_id, ("会员-第一批.csv", good), hands, at)
    why = ("换系统前 06:00 的备份", "旧系统停用")
    approval_id = await db.act(imports.ask, first, *why, False, hands.maker, at)
    await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, hands.checker, at)
    await work(db, vault, first, at)
    rest = [row_of(CARDS + number) for number in range(CARDS)]
    for number, (heading, wrong) in enumerate(WRONG):
        rest[number * 7 + 2][HEADINGS.index(heading)] = wrong
    await checked(db, vault, area_id, ("会员-第二批.csv", rest), hands, at)


def row_of(number: int) -> list[str]:
    """A card as the old system wrote it."""
    return [
        f"{20_160_000 + number}",
        f"LX{number + 1:06}",
        "云岭普通卡",
        NAMES[number % len(NAMES)],
        f"1398500{number:04}",
        "挂失" if number == 5 else "正常",
        f"{(number * 37) % 400 + 20}.00",
        f"{(number * 7) % 40}.00",
        str(number * 11),
    ]


async def checked(
    db: Database,
    vault: Vault,
    area_id: str,
    file: tuple[str, Sequence[Sequence[str]]],
    hands: Hands,
    at: datetime,
) -> str:
    name, rows = file
    text = "\n".join(",".join(row) for row in (HEADINGS, *rows)).encode()
    sheet = Sheet(HEADINGS, list(enumerate(rows, start=2)), {})
    about = (name, hashlib.sha256(text).hexdigest(), len(text))
    kept = imports.sealed(vault, area_id, "members", SOURCE, about, sheet)
    import_id: str = await db.act(imports.receive, kept, hands.maker, at)
    row = await db.ask(imports.get, import_id)
    await db.act(imports.check, import_id, row.mapping, hands.maker, at)
    await work(db, vault, import_id, at)
    return import_id


async def work(db: Database, vault: Vault, import_id: str, at: datetime) -> None:
    """What the background does; a server that runs already may be the one that does it."""
    worker = Worker(db, vault, lambda: at)
    while (await db.ask(imports.get, import_id)).status in AT_WORK:
        for job in await db.act(lease, ["import"], at, 1, at + LEASE):
            progress = None
            while progress is None or not progress.is_finished:
                progress = await worker.step(job)
                await db.act(jobs.advance, job, progress, at + LEASE, at)
                job = job._replace(cursor=progress.cursor)
        await asyncio.sleep(0.01)
