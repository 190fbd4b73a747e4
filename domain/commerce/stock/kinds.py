"""Kinds of blanks that an area keeps, and how few of one somewhere is too few."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.stock import store
from domain.commerce.stock.holding import get_holder
from domain.commerce.stock.model import StockForm
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record

CODE = re.compile(r"[A-Z0-9_-]{1,32}")
PAPERS = ("80mm", "a4")
MOST_LEAST = 10_000_000


class KindInput(NamedTuple):
    """`paper` is what a window prints these tickets on: 80mm or a4; cards have none."""

    code: str
    name_zh: str
    name_en: str = ""
    form: StockForm = StockForm.TICKET
    paper: str = "80mm"


def checked(given: KindInput) -> KindInput:
    """Raises InvalidInput."""
    code = given.code.strip().upper()
    wrong = {}
    if not CODE.fullmatch(code):
        wrong["code"] = say("Letters and digits, at most 32.")
    if not 1 <= len(given.name_zh.strip()) <= 120:
        wrong["name_zh"] = say("A name of 1 to 120 characters.")
    if given.form is StockForm.TICKET and given.paper not in PAPERS:
        wrong["paper"] = say("Choose the paper.")
    if wrong:
        raise InvalidInput(wrong)
    paper = given.paper if given.form is StockForm.TICKET else ""
    return given._replace(code=code, name_zh=given.name_zh.strip(), paper=paper)


async def get_kind(tx: Tx, kind_id: str) -> Any:
    """The row. Raises NotFound."""
    row = await tx.one(store.GET_KIND, id=kind_id)
    if row is None:
        raise NotFound()
    return row


async def list_kinds(tx: Tx) -> list[Any]:
    """Of all areas, by code; those out of use as well."""
    return await tx.rows(store.KINDS)


async def add_kind(tx: Tx, area_id: str, given: KindInput, actor: Actor, now: datetime) -> str:
    """A new kind; gives its id."""
    wanted, kind_id = checked(given), ids.new_id()
    try:
        await tx.run(
            store.ADD_KIND,
            id=kind_id,
            area_id=area_id,
            created_at=now,
            **wanted._asdict() | {"form": wanted.form.value},
        )
    except ConstraintBroken as broken:
        raise InvalidInput({"code": say("This code is already in use.")}) from broken
    after = {**wanted._asdict(), "form": wanted.form.value, "area_id": area_id}
    record(tx, actor, "stock_kind.added", kind_id, now, after=after)
    return kind_id


async def change_kind(
    tx: Tx, kind_id: str, given: KindInput, actor: Actor, now: datetime, *, version: int
) -> None:
    """Another name or paper; tickets do not become cards once something was received."""
    old, wanted = await get_kind(tx, kind_id), checked(given)
    if old.form != wanted.form.value and await tx.one(store.ANY_LOT, kind=kind_id):
        raise InvalidInput({"form": say("Some were received as another form.")})
    try:
        done = await tx.one(
            store.CHANGE_KIND,
            kind=kind_id,
            seen=version,
            new_code=wanted.code,
            zh=wanted.name_zh,
            en=wanted.name_en,
            new_form=wanted.form.value,
            new_paper=wanted.paper,
        )
    except ConstraintBroken as broken:
        raise InvalidInput({"code": say("This code is already in use.")}) from broken
    if done is None:
        raise Conflict(code="VERSION_CONFLICT")
    values = wanted._asdict() | {"form": wanted.form.value}
    changed = {name for name, value in values.items() if getattr(old, name) != value}
    record(
        tx,
        actor,
        "stock_kind.changed",
        kind_id,
        now,
        before={name: getattr(old, name) for name in changed},
        after={name: values[name] for name in changed},
    )


async def retire_kind(tx: Tx, kind_id: str, actor: Actor, now: datetime, *, version: int) -> None:
    """Take a kind out of use. Conflict while anybody holds any of it."""
    if await tx.one(store.ANY_HOLDING, kind=kind_id):
        raise Conflict(say("Somebody still holds some of these."))
    if not await tx.one(store.RETIRE_KIND, kind=kind_id, seen=version, at=now):
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "stock_kind.retired", kind_id, now)


async def set_threshold(
    tx: Tx, holder_id: str, kind_id: str, least: int, actor: Actor, now: datetime
) -> None:
    """Warn when a holder has fewer than this; 0 warns never."""
    if not 0 <= least <= MOST_LEAST:
        raise InvalidInput({"least": say("A whole number of pieces, from 0.")})
    holder, kind = await get_holder(tx, holder_id), await get_kind(tx, kind_id)
    if holder.area_id != kind.area_id:
        raise InvalidInput({"least": say("Holder and kind belong to different areas.")})
    old = await tx.one(store.GET_THRESHOLD, holder=holder_id, kind=kind_id)
    was = old.least if old else 0
    if was == least:
        return
    if least:
        await tx.run(store.SAVE_THRESHOLD, holder=holder_id, kind=kind_id, at_least=least)
    else:
        await tx.run(store.DROP_THRESHOLD, holder=holder_id, kind=kind_id)
    record(
        tx,
        actor,
        "stock_kind.threshold_set",
        kind_id,
        now,
        before={"least": was},
        after={"least": least},
        holder=holder_id,
    )
