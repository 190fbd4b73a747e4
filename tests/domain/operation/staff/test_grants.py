"""Where a role holds: a unit holds its areas, an area its sites, a site its windows and gates."""

import asyncio

import pytest

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from domain.operation import staff
from domain.operation.places.model import PlaceKind
from domain.operation.staff import Grant, Permission, Role
from domain.operation.staff.roles import RoleInput
from tests.places import build
from tests.staffing import NOON, actor_of, hire, signed_in, token_for

EVERY_PLACE = [
    "unit",
    "area",
    "spot",
    "sales_site",
    "window",
    "check_site",
    "gate",
    "other_area",
    "other_sales_site",
    "other_window",
]
COVERED = {
    "unit": EVERY_PLACE,
    "area": ["area", "spot", "sales_site", "window", "check_site", "gate"],
    "sales_site": ["sales_site", "window"],
    "window": ["window"],
    "check_site": ["check_site", "gate"],
    "gate": ["gate"],
    "other_area": ["other_area", "other_sales_site", "other_window"],
}


@pytest.mark.parametrize("granted_at", COVERED)
async def test_a_grant_covers_its_place_and_what_stands_inside(
    db: Database, granted_at: str
) -> None:
    house = await build(db)
    kind = PlaceKind(granted_at.removeprefix("other_"))
    person = await signed_in(db, "ming", Role.SUPERVISOR, at=(kind, getattr(house, granted_at)))

    covered = [
        name for name in EVERY_PLACE if person.may(Permission.SALES_SELL, getattr(house, name))
    ]

    assert covered == COVERED[granted_at]
    assert person.may(Permission.SALES_SELL)
    assert person.is_limited(Permission.SALES_SELL)
    assert not person.may(Permission.STAFF_EDIT)
    assert not person.may(Permission.STAFF_EDIT, getattr(house, granted_at))


async def test_a_role_everywhere_covers_every_place_even_later_ones(db: Database) -> None:
    person = await signed_in(db, "ming", Role.CASHIER)

    assert person.may(Permission.SALES_SELL, "a window of tomorrow")
    assert not person.is_limited(Permission.SALES_SELL)
    assert person.is_limited(Permission.STAFF_EDIT)


async def test_two_roles_at_two_places_do_not_mix(db: Database) -> None:
    house = await build(db)
    staff_id = await hire(db, "ming")
    cashier = await db.ask(staff.roles.id_of, Role.CASHIER)
    gatekeeper = await db.ask(staff.roles.id_of, Role.GATE_STAFF)
    wanted = {
        Grant(cashier, PlaceKind.WINDOW, house.window),
        Grant(gatekeeper, PlaceKind.AREA, house.area),
    }
    await db.act(staff.grants.replace, None, SYSTEM, staff_id, wanted, NOON)

    seen = await db.ask(staff.sessions.find, await token_for(db, staff_id), NOON)

    assert seen is not None
    assert seen.staff.may(Permission.GATES_SCAN, house.gate)
    assert not seen.staff.may(Permission.SALES_SELL, house.area)
    assert not seen.staff.may(Permission.GATES_SCAN, house.other_area)


async def test_nobody_without_a_role_may_anything(db: Database) -> None:
    person = await signed_in(db, "ming")

    assert not any(person.may(permission) for permission in Permission)
    with pytest.raises(Forbidden):
        person.must(Permission.DASHBOARD_SEE)


async def test_changed_roles_end_the_sessions_of_whoever_had_them(db: Database) -> None:
    staff_id = await hire(db, "ming", Role.CASHIER)
    token = await token_for(db, staff_id)
    auditor = await db.ask(staff.roles.id_of, Role.AUDITOR)

    await db.act(staff.grants.replace, None, actor_of("boss"), staff_id, {Grant(auditor)}, NOON)

    assert await db.ask(staff.sessions.find, token, NOON) is None


async def test_the_last_administrator_stays_one(db: Database) -> None:
    boss = await hire(db, "boss", Role.ADMINISTRATOR)

    with pytest.raises(Conflict, match="manage staff"):
        await db.act(staff.grants.replace, None, actor_of(boss), boss, set(), NOON)
    with pytest.raises(Conflict, match="manage staff"):
        await db.act(retire, boss)


async def retire(tx: Tx, staff_id: str) -> None:
    await staff.people.retire(tx, SYSTEM, staff_id, NOON, version=1)


async def test_two_administrators_who_let_each_other_go_at_once_do_not_both(db: Database) -> None:
    boss = await hire(db, "boss", Role.ADMINISTRATOR)
    other = await hire(db, "other", Role.ADMINISTRATOR)

    results = await asyncio.gather(
        db.act(retire, boss), db.act(retire, other), return_exceptions=True
    )

    assert results.count(None) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 1


async def test_who_runs_one_area_grants_nothing_beyond_it(db: Database) -> None:
    house = await build(db)
    roles = (Role.ADMINISTRATOR, Role.SUPERVISOR)
    editor = await signed_in(db, "hong", *roles, at=(PlaceKind.AREA, house.area))
    staff_id = await hire(db, "ming")
    cashier = await db.ask(staff.roles.id_of, Role.CASHIER)

    inside = {Grant(cashier, PlaceKind.WINDOW, house.window)}
    await db.act(staff.grants.replace, editor, editor.actor(), staff_id, inside, NOON)
    for beyond in (Grant(cashier), Grant(cashier, PlaceKind.WINDOW, house.other_window)):
        with pytest.raises(Forbidden):
            await db.act(
                staff.grants.replace, editor, editor.actor(), staff_id, {*inside, beyond}, NOON
            )


async def test_who_runs_one_area_cannot_take_over_a_wider_account(db: Database) -> None:
    house = await build(db)
    editor = await signed_in(db, "hong", Role.ADMINISTRATOR, at=(PlaceKind.AREA, house.area))
    boss = await db.ask(staff.people.find_by_login, "boss")
    cashier = await hire(db, "ming", Role.CASHIER, at=(PlaceKind.WINDOW, house.window))

    await db.ask(staff.people.must_manage, editor, cashier)
    with pytest.raises(Forbidden):
        await db.ask(staff.people.must_manage, editor, boss.id)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        (Grant("no such role"), NotFound),
        (Grant("CASHIER", PlaceKind.WINDOW, "no such window"), NotFound),
        (Grant("CASHIER", PlaceKind.WINDOW, ""), InvalidInput),
        (Grant("CASHIER", PlaceKind.EVERYWHERE, "x"), InvalidInput),
        (Grant("CASHIER", PlaceKind.SPOT, "x"), InvalidInput),
    ],
)
async def test_a_grant_that_makes_no_sense_changes_nothing(
    sqlite_db: Database, grant: Grant, error: type[Exception]
) -> None:
    staff_id = await hire(sqlite_db, "ming")
    if grant.role_id == "CASHIER":
        cashier = await sqlite_db.ask(staff.roles.id_of, Role.CASHIER)
        grant = grant._replace(role_id=cashier)

    with pytest.raises(error):
        await sqlite_db.act(staff.grants.replace, None, SYSTEM, staff_id, {grant}, NOON)

    assert await sqlite_db.ask(staff.grants.of, staff_id) == []


async def test_at_one_place_nobody_gives_more_than_they_may_do_there(db: Database) -> None:
    house = await build(db)
    editor = await signed_in(db, "hong", Role.ADMINISTRATOR, at=(PlaceKind.AREA, house.area))
    staff_id = await hire(db, "ming")

    async def give(role: Role) -> None:
        wanted = {Grant(await db.ask(staff.roles.id_of, role), PlaceKind.WINDOW, house.window)}
        await db.act(staff.grants.replace, editor, editor.actor(), staff_id, wanted, NOON)

    for stronger in (Role.CASHIER, Role.FINANCE, Role.SUPERVISOR, Role.AUDITOR):
        with pytest.raises(Forbidden) as refused:
            await give(stronger)
        assert refused.value.code == "ROLE_TOO_STRONG"
        assert await db.ask(staff.grants.of, staff_id) == []
    await give(Role.ADMINISTRATOR)

    assert [row.code for row in await db.ask(staff.grants.of, staff_id)] == ["administrator"]


async def test_a_role_held_elsewhere_counts_for_nothing_here(db: Database) -> None:
    house = await build(db)
    staff_id, editor_id = await hire(db, "ming"), await hire(db, "hong")
    at_home = Grant(await db.ask(staff.roles.id_of, Role.ADMINISTRATOR), PlaceKind.AREA, house.area)
    cashier = await db.ask(staff.roles.id_of, Role.CASHIER)
    elsewhere = Grant(cashier, PlaceKind.WINDOW, house.other_window)
    await db.act(staff.grants.replace, None, SYSTEM, editor_id, {at_home, elsewhere}, NOON)
    seen = await db.ask(staff.sessions.find, await token_for(db, editor_id), NOON)
    assert seen is not None

    for window in (house.window, house.other_window):
        wanted = {Grant(cashier, PlaceKind.WINDOW, window)}
        with pytest.raises(Forbidden):
            await db.act(
                staff.grants.replace, seen.staff, seen.staff.actor(), staff_id, wanted, NOON
            )


async def test_nobody_changes_their_own_roles(db: Database) -> None:
    boss = await signed_in(db, "hong", Role.ADMINISTRATOR)
    administrator = await db.ask(staff.roles.id_of, Role.ADMINISTRATOR)
    finance = await db.ask(staff.roles.id_of, Role.FINANCE)

    for wanted in ({Grant(administrator), Grant(finance)}, set[Grant]()):
        with pytest.raises(Forbidden) as refused:
            await db.act(staff.grants.replace, boss, boss.actor(), boss.id, wanted, NOON)
        assert refused.value.code == "OWN_ROLES"
    await db.act(
        staff.grants.replace, boss, boss.actor(), boss.id, {Grant(administrator)}, NOON
    )  # as it was: nothing happens


async def test_who_runs_one_area_opens_no_account_that_may_do_more(db: Database) -> None:
    house = await build(db)
    editor = await signed_in(db, "hong", Role.ADMINISTRATOR, at=(PlaceKind.AREA, house.area))
    cashier = await hire(db, "ming", Role.CASHIER, at=(PlaceKind.WINDOW, house.window))
    equal = await hire(db, "liwei", Role.ADMINISTRATOR, at=(PlaceKind.AREA, house.area))

    await db.ask(staff.people.must_stand_for, editor, equal)
    with pytest.raises(Forbidden):
        await db.ask(staff.people.must_stand_for, editor, cashier)


async def test_a_role_of_one_s_own_gains_nothing_by_one_s_own_hand(db: Database) -> None:
    boss = await signed_in(db, "hong", Role.ADMINISTRATOR)
    small = RoleInput("店长", "Manager", {Permission.STAFF_EDIT})
    role_id = await db.act(staff.roles.add, SYSTEM, "manager", small, NOON)
    administrator = await db.ask(staff.roles.id_of, Role.ADMINISTRATOR)
    held = {Grant(administrator), Grant(role_id)}
    await db.act(staff.grants.replace, None, SYSTEM, boss.id, held, NOON)

    async def change(tx: Tx, permissions: set[Permission], version: int) -> None:
        wanted = small._replace(permissions=permissions)
        await staff.roles.change(tx, boss.actor(), role_id, wanted, NOON, version=version)

    with pytest.raises(Forbidden) as refused:
        await db.act(change, {Permission.STAFF_EDIT, Permission.REFUNDS_APPROVE}, 1)
    assert refused.value.code == "OWN_ROLES"

    async def rename(tx: Tx) -> None:
        renamed = small._replace(name_en="Head")
        await staff.roles.change(tx, boss.actor(), role_id, renamed, NOON, version=1)

    await db.act(rename)


async def test_the_last_administrator_s_role_keeps_what_makes_it_one(db: Database) -> None:
    boss = await hire(db, "boss", Role.ADMINISTRATOR)
    own = RoleInput("总管", "Head", {Permission.STAFF_EDIT, Permission.STAFF_SEE})
    role_id = await db.act(staff.roles.add, SYSTEM, "head", own, NOON)
    await db.act(staff.grants.replace, None, SYSTEM, boss, {Grant(role_id)}, NOON)

    async def strip(tx: Tx) -> None:
        wanted = own._replace(permissions={Permission.STAFF_SEE})
        await staff.roles.change(tx, SYSTEM, role_id, wanted, NOON, version=1)

    with pytest.raises(Conflict, match="manage staff"):
        await db.act(strip)
    assert Permission.STAFF_EDIT in (await db.ask(staff.roles.get, role_id)).permissions
