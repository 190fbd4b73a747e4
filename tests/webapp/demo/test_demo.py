"""The demo adds up, can be used at once, and is not built twice."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.admission import devices, ota, redemptions, tickets
from domain.admission.redemptions import CodeReader, Scan
from domain.admission.tickets import signing_keys
from domain.commerce import agents, orders
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.vault import Vault
from domain.operation import imports, places, verification
from domain.operation.batches.tables import batch_rows
from domain.operation.imports import ImportStatus
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from domain.reports import closes
from webapp import visitors
from webapp.commands.demo import as_document
from webapp.demo import building, bulk, otas, paperwork, stock
from webapp.settings import Settings, open_vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(Settings(data_dir=tmp_path))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days and a few tickets: the same code, less waiting."""
    monkeypatch.setattr(building, "HISTORY_DAYS", 2)
    monkeypatch.setattr(building, "UNUSED_TODAY", 50)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 10)


def silent(text: str) -> None: ...


async def count_orders(tx: Tx) -> int:
    return len(await orders.list_orders(tx, orders.OrderFilter(), most=5_000))


async def findings(db: Database) -> list[verification.Finding]:
    found = await db.ask(verification.run_all)
    return [each for check in found.values() for each in check]


async def test_the_demo_and_copies_of_its_orders_add_up(
    db: Database, vault: Vault, small: None
) -> None:
    await building.load(db, vault, silent)
    await bulk.add_orders(db, 1_500, silent)
    await bulk.add_orders(db, 100, silent)

    assert await findings(db) == []
    assert await db.ask(bulk.copies_so_far) == 1_600


async def test_a_house_that_has_signed_already_can_load_the_demo(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await sqlite_db.act(signing_keys.rotate, vault, clock.utc_now())

    await building.load(sqlite_db, vault, silent)

    assert await findings(sqlite_db) == []


async def test_cards_of_an_old_system_came_in_and_more_wait(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)

    waiting, brought = await sqlite_db.ask(imports.page, None)
    assert (brought.status, brought.good_rows, brought.bad_rows) == (ImportStatus.DONE, 24, 0)
    assert (waiting.status, waiting.good_rows, waiting.bad_rows) == (ImportStatus.CHECKED, 21, 3)


async def test_every_role_gets_a_login_that_works_once_told(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    logins = await building.load(sqlite_db, vault, silent)
    again = await building.new_keys(sqlite_db, vault)

    assert {one.role for one in logins} == set(Role)
    assert {one.login for one in again.staff} == {one.login for one in logins}
    assert {one.password for one in again.staff}.isdisjoint({one.password for one in logins})
    assert len(again.devices) == 6


async def test_an_unused_ticket_of_the_demo_passes_at_this_very_hour(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)
    now = clock.utc_now()

    async def unused(tx: Tx) -> str:
        chosen = orders.OrderFilter(channel=Channel.SHOP)
        found = await orders.list_orders(tx, chosen, most=500)
        for order in found:
            for printable in await tickets.printed(tx, await tickets.of_order(tx, order.id)):
                row = printable.row
                if row.status == "sold" and row.valid_from <= now < row.valid_until:
                    return printable.short_code
        raise AssertionError("no unused ticket")

    code, answers = await sqlite_db.ask(unused), []
    for key in await building.keys_of_devices(sqlite_db, vault):  # not each gate is its ticket's
        presented = await CodeReader(sqlite_db, vault).read(
            Scan(ids.new_id(), key.gate, key.id, code), now
        )
        answers.append(await sqlite_db.act(redemptions.authorise, presented, now))

    assert any(answer.allowed for answer in answers), [answer.refusal for answer in answers]


async def test_every_gate_has_somebody_to_let_in_at_any_hour(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)
    gates = await sqlite_db.ask(visitors.absent, vault)
    people, now = visitors.Visitors(sqlite_db, vault), clock.utc_now()
    reader = CodeReader(sqlite_db, vault)

    assert {one.gate_bit for one in gates} == {1, 2}
    for hour in range(24):
        at = now + timedelta(hours=hour)
        for gate in gates:
            codes = await people.coming(gate, at, 1)
            assert codes, (gate, at)
            scan = Scan(ids.new_id(), gate.gate_id, gate.device_id, codes[0])
            presented = await reader.read(scan, at)
            answer = await sqlite_db.act(redemptions.authorise, presented, at)
            assert answer.allowed, answer.refusal


async def test_more_buy_when_few_are_left(sqlite_db: Database, vault: Vault, small: None) -> None:
    await building.load(sqlite_db, vault, silent)
    later = clock.utc_now() + timedelta(days=5)
    gates = await sqlite_db.ask(visitors.absent, vault)
    people = visitors.Visitors(sqlite_db, vault)
    assert [await people.coming(gate, later, 1) for gate in gates] == [[]] * len(gates)

    await stock.keep(sqlite_db, later)
    known = await sqlite_db.ask(count_orders)
    await stock.keep(sqlite_db, later)

    assert all([await people.coming(gate, later, 1) for gate in gates])
    assert await sqlite_db.ask(count_orders) == known
    assert await findings(sqlite_db) == []


async def test_a_real_device_takes_over_from_a_played_one(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)
    played = await sqlite_db.ask(visitors.turnstiles, vault)
    now, chosen = clock.utc_now(), played[0].device_id
    made = await sqlite_db.act(devices.make_code, chosen, SYSTEM, now)

    await sqlite_db.act(devices.pair, made.code, "SN1", "T-800", "192.0.2.7", vault, now)

    device = await sqlite_db.ask(devices.get, chosen)
    assert (device.config, device.config_rev) == ({}, 2)
    left = await sqlite_db.ask(visitors.turnstiles, vault)
    assert left == [one for one in played if one.device_id != chosen]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", {"host": "127.0.0.1", "port": 1890}),
        ("mqtt://hub:secret@broker.example:2883", {"host": "broker.example", "port": 2883}),
        ("mqtts://broker.example", {"host": "broker.example", "port": 8883}),
    ],
)
def test_scripts_are_told_where_the_broker_is(url: str, told: dict[str, object]) -> None:
    settings = Settings(mqtt_url=url, mqtt_port=1890, base_url="https://park.example")

    document = as_document(building.Keys([], [], []), settings)

    assert document["mqtt"] == told
    assert set(document) == {"url", "staff", "agents", "devices", "mqtt"}


async def test_the_demos_agents_have_a_month_and_new_keys_each_time(
    db: Database, vault: Vault, small: None
) -> None:
    await building.load(db, vault, silent)
    first = (await building.with_others(db, vault, [])).agents
    second = (await building.with_others(db, vault, [])).agents

    assert [one.code for one in first] == ["QX01", "CQ02"]
    assert await db.ask(agents.behind_key, first[0].octo_key) is None
    for one in second:
        known = await db.ask(agents.behind_key, one.octo_key)
        assert known is not None and known.code == one.code
        found = await db.ask(agents.orders_of, known.agent_id, "", Cut())
        assert found and {order.channel for order in found} == {Channel.AGENT}


async def test_a_travel_platform_of_the_demo_has_orders_and_failures(
    sqlite_db: Database, vault: Vault, small: None
) -> None:
    await building.load(sqlite_db, vault, silent)

    account = await sqlite_db.ask(ota.find_account, otas.ACCOUNT)
    assert account is not None
    products = await sqlite_db.ask(ota.list_products, account.id, Cut())
    assert len(products) == len(otas.PLUS)
    sought = ota.Sought([account.area_id])
    calls = await sqlite_db.ask(ota.list_calls, sought, Cut(most=200))
    done = {call.service for call in calls if call.result_code == "0000"}
    assert done == {"VerifyOrder", "CreateOrder", "QueryOrder", "CancelOrder"}
    assert {call.result_code for call in calls} == {"0000", "0002", "1001", "1002", "1007"}
    assert await findings(sqlite_db) == []


async def test_the_office_closed_days_and_changed_gates(
    sqlite_db: Database, vault: Vault, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "HISTORY_DAYS", max(paperwork.CLOSED) + 1)
    await building.load(sqlite_db, vault, silent)

    async def found(tx: Tx) -> tuple[list[str], set[str]]:
        areas = [area.id for area in await places.list_places(tx, PlaceKind.AREA)]
        days = await closes.page(tx, areas, closes.FROM_NEWEST, 20)
        changed = await tx.rows(sa.select(batch_rows.c.status))
        return [day.status.value for day in days], {row.status for row in changed}

    days, changed = await sqlite_db.ask(found)
    assert days == ["draft", "closed", "closed", "closed"]
    assert changed == {"applied", "undone"}
    assert await findings(sqlite_db) == []
