"""Creating, changing and retiring places, and finding them again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.audit import record
from domain.operation.places import inputs, store
from domain.operation.places.model import PlaceKind

MOST_SPOTS = 31  # bit 0 of a ticket code's scope is the area's own entrance


class Noun(NamedTuple):
    """What tells one kind of place from another."""

    input: type[inputs.PlaceInput]
    parent: PlaceKind | None
    parent_field: str = ""


NOUNS: dict[PlaceKind, Noun] = {
    PlaceKind.UNIT: Noun(inputs.UnitInput, None),
    PlaceKind.AREA: Noun(inputs.AreaInput, PlaceKind.UNIT, "unit_id"),
    PlaceKind.SPOT: Noun(inputs.SpotInput, PlaceKind.AREA, "area_id"),
    PlaceKind.SALES_SITE: Noun(inputs.SalesSiteInput, PlaceKind.AREA, "area_id"),
    PlaceKind.WINDOW: Noun(inputs.WindowInput, PlaceKind.SALES_SITE, "sales_site_id"),
    PlaceKind.CHECK_SITE: Noun(inputs.CheckSiteInput, PlaceKind.AREA, "area_id"),
    PlaceKind.GATE: Noun(inputs.GateInput, PlaceKind.CHECK_SITE, "check_site_id"),
    PlaceKind.WAREHOUSE: Noun(inputs.WarehouseInput, PlaceKind.AREA, "area_id"),
}

_PIN: dict[str, Any] = {"map_x_permille": None, "map_y_permille": None}
KEPT: dict[PlaceKind, dict[str, Any]] = {  # columns that acts of their own write
    PlaceKind.AREA: {"map_file_id": None},
    PlaceKind.SPOT: _PIN,
    PlaceKind.SALES_SITE: _PIN,
    PlaceKind.CHECK_SITE: _PIN,
    PlaceKind.GATE: _PIN,
    PlaceKind.WINDOW: {"printer": {}, "sells_everything": True, "any_cashier": True},
}

Guard = Callable[[Tx, str, datetime], Awaitable[None]]
_guards: dict[PlaceKind, list[Guard]] = {kind: [] for kind in NOUNS}


def guard_retirement(kind: PlaceKind, guard: Guard) -> None:
    """Let another package forbid the retirement of a place by raising (an open shift, say)."""
    _guards[kind].append(guard)


async def get_place(tx: Tx, kind: PlaceKind, place_id: str) -> Any:
    """The place's row, also when it is retired. Raises NotFound."""
    row = await tx.one(store.PLACES[kind].get, id=place_id)
    if row is None:
        raise NotFound()
    return row


async def list_places(tx: Tx, kind: PlaceKind) -> list[Any]:
    """All living places of a kind, by code. There are few of them."""
    return list(await tx.rows(store.PLACES[kind].all))


async def search_places(
    tx: Tx,
    kind: PlaceKind,
    words: str,
    *,
    code: str,
    most: int,
    before: bool,
    retired: bool,
    within: Sequence[str] | None = None,
) -> list[Any]:
    """One page of those whose code or name contains `words`, in the order of their codes: those
    after `code`, or, last one first, those before it; of `within` only, when it is said."""
    cleaned = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    own = store.PLACES[kind]
    values = {"like": f"%{cleaned}%", "code_key": code, "most": most, "retired": retired}
    if within is None:
        return list(await tx.rows(own.page_before if before else own.page_after, **values))
    limited = own.page_before_within if before else own.page_after_within
    return list(await tx.rows(limited, ids=list(within), **values))


async def add_place(
    tx: Tx, kind: PlaceKind, given: inputs.PlaceInput, actor: Actor, now: datetime
) -> str:
    """A new place under a living parent; gives its id. Raises InvalidInput."""
    place_id = ids.new_id()
    values = await _values(tx, kind, given, None)
    try:
        await tx.run(store.PLACES[kind].add, id=place_id, created_at=now, **values)
    except ConstraintBroken as broken:
        raise _explained(broken) from broken
    record(
        tx,
        actor,
        f"{kind.value}.added",
        place_id,
        now,
        after=_public(values),
        area_id=_area_of(kind, place_id, values),
    )
    return place_id


async def change_place(
    tx: Tx,
    kind: PlaceKind,
    place_id: str,
    given: inputs.PlaceInput,
    actor: Actor,
    now: datetime,
    *,
    version: int,
) -> None:
    """Write all fields as given. Raises Conflict VERSION_CONFLICT when it was changed meanwhile."""
    old = await get_place(tx, kind, place_id)
    values = await _values(tx, kind, given, old)
    try:
        changed = await tx.one(
            store.PLACES[kind].change, place_id=place_id, seen_version=version, **values
        )
    except ConstraintBroken as broken:
        raise _explained(broken) from broken
    if changed is None:
        raise Conflict(code="VERSION_CONFLICT")
    different = {name for name, value in values.items() if getattr(old, name) != value}
    record(
        tx,
        actor,
        f"{kind.value}.changed",
        place_id,
        now,
        before=_public({name: getattr(old, name) for name in different}),
        after=_public({name: values[name] for name in different}),
        area_id=_area_of(kind, place_id, values),
    )


def _area_of(kind: PlaceKind, place_id: str, values: Mapping[str, Any]) -> str | None:
    """The area that a place is or stands in; a unit's is none."""
    return place_id if kind is PlaceKind.AREA else values.get("area_id")


async def retire_place(
    tx: Tx, kind: PlaceKind, place_id: str, actor: Actor, now: datetime, *, version: int
) -> None:
    """End a place that nothing living hangs on. It stays readable for ever."""
    old = await get_place(tx, kind, place_id)
    for children in store.LIVE_CHILDREN[kind]:
        living = await tx.rows(children, parent_id=place_id)
        if living:
            codes = ", ".join(row.code for row in living)
            raise Conflict(say("Retire what belongs to it first: {codes}.", codes=codes))
    for guard in _guards[kind]:
        await guard(tx, place_id, now)
    if not await tx.one(
        store.PLACES[kind].retire, place_id=place_id, seen_version=version, now=now
    ):
        raise Conflict(code="VERSION_CONFLICT")
    record(
        tx,
        actor,
        f"{kind.value}.retired",
        place_id,
        now,
        area_id=_area_of(kind, place_id, old._asdict()),
    )


async def _values(
    tx: Tx, kind: PlaceKind, given: inputs.PlaceInput, old: Any | None
) -> dict[str, Any]:
    """The columns to write: what was given, and what follows from it."""
    values: dict[str, Any] = given.model_dump(mode="json")
    noun = NOUNS[kind]
    if noun.parent:
        parent = await _living(tx, noun.parent, values[noun.parent_field], noun.parent_field)
        if noun.parent is not PlaceKind.AREA and noun.parent is not PlaceKind.UNIT:
            values["area_id"] = parent.area_id
    if kind is PlaceKind.AREA:
        highest = await tx.one(store.HIGHEST_AREA_NUMBER)
        values["number"] = old.number if old else highest.number + 1
    if kind is PlaceKind.SPOT:
        same_area = old is not None and old.area_id == values["area_id"]
        values["scope_bit"] = old.scope_bit if old and same_area else await _free_bit(tx, values)
    for name, empty in KEPT.get(kind, {}).items():
        values[name] = getattr(old, name) if old else empty
    if values.get("spot_id") and kind is PlaceKind.GATE:
        spot = await _living(tx, PlaceKind.SPOT, values["spot_id"], "spot_id")
        if spot.area_id != values["area_id"]:
            raise InvalidInput({"spot_id": say("This spot belongs to another area.")})
    if values.get("sales_site_id") and kind is PlaceKind.WAREHOUSE:
        site = await _living(tx, PlaceKind.SALES_SITE, values["sales_site_id"], "sales_site_id")
        if site.area_id != values["area_id"]:
            raise InvalidInput({"sales_site_id": say("This sales site belongs to another area.")})
    return values


async def _living(tx: Tx, kind: PlaceKind, place_id: str, field: str) -> Any:
    row = await tx.one(store.PLACES[kind].get, id=place_id)
    if row is None or row.retired_at is not None:
        raise InvalidInput({field: say("Choose one that is in use.")})
    return row


async def _free_bit(tx: Tx, values: dict[str, Any]) -> int:
    taken = {row.scope_bit for row in await tx.rows(store.SCOPE_BITS, area_id=values["area_id"])}
    free = [bit for bit in range(1, MOST_SPOTS + 1) if bit not in taken]
    if not free:
        raise InvalidInput({"area_id": say("An area can have {most} spots.", most=MOST_SPOTS)})
    return free[0]


def _explained(broken: ConstraintBroken) -> Exception:
    if broken.name.endswith("_code"):
        return InvalidInput({"code": say("This code is already in use.")})
    return broken


def _public(values: dict[str, Any]) -> dict[str, Any]:
    """Long texts are not repeated in the audit trail."""
    return {
        name: value if not isinstance(value, str) or len(value) <= 200 else value[:200] + "…"
        for name, value in values.items()
    }
