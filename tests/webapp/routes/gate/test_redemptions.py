"""The tablet without its script: plain forms and whole pages."""

import re

import pytest
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as
from tests.webapp.routes.gate.conftest import Tablet, state_of


async def test_the_gate_is_chosen_once_and_remembered(tablet: Tablet) -> None:
    choice = await tablet.client.get("/gate")
    chosen = await tablet.client.post("/gate", data={"gate_id": tablet.gate_id})
    again = await tablet.client.get("/gate")
    other = await tablet.client.get("/gate?choose=1")

    assert "南门 3 号" in choice.text
    assert chosen.headers["Location"] == again.headers["Location"] == f"/gate/{tablet.gate_id}"
    assert other.status_code == 200


async def test_a_ticket_goes_in_and_is_used_up(tablet: Tablet) -> None:
    ticket = await tablet.ticket()

    first = await tablet.scan(ticket.qr(), "s1")
    repeat = await tablet.scan(ticket.qr(), "s1")
    second = await tablet.scan(ticket.qr(), "s2")

    assert (first.status_code, state_of(first)) == (201, "admitted")
    assert "请通行" in first.text and "成人票 · 1 人" in first.text and "Please go in" in first.text
    assert state_of(repeat) == "admitted"
    assert (second.status_code, state_of(second)) == (422, "refused")
    assert re.search(r"此票已使用：今天 \d\d:\d\d，在南门 3 号", second.text)
    assert "USED_UP" in second.text
    assert 'data-came="1"' in second.text and 'data-refused="1"' in second.text


@pytest.mark.parametrize("change", ["lower", "wide", "blanks"])
async def test_a_short_code_may_be_typed_in_any_way(tablet: Tablet, change: str) -> None:
    short = (await tablet.ticket()).short
    wide = "".join(chr(ord(each) + 0xFEE0) for each in short)
    typed = {"lower": short.lower(), "wide": wide, "blanks": f" {short[:8]} {short[8:]} "}

    assert state_of(await tablet.scan(typed[change])) == "admitted"


async def test_a_concession_is_to_be_looked_at(tablet: Tablet) -> None:
    ticket = await tablet.ticket(concession="student")

    shown = await tablet.scan(ticket.qr())

    assert 'data-tone="look"' in shown.text and "请查看证件" in shown.text


async def test_nobody_is_named(tablet: Tablet) -> None:
    ticket = await tablet.ticket(holder_name="古丽努尔")

    assert "古" not in (await tablet.scan(ticket.qr())).text


async def test_a_group_is_counted_and_one_is_taken_back(tablet: Tablet) -> None:
    ticket = await tablet.ticket(
        gate_mode="one_many", persons=12, entries_left=12, entries=12, heads=12
    )

    one = await tablet.scan(ticket.qr(), "s1")
    five = await tablet.scan(ticket.qr(), "s2", persons=5)
    redemption_id = re.search(r'name="redemption_id" value="([^"]+)"', five.text)
    assert redemption_id
    back = await tablet.send("returns", redemption_id=redemption_id[1], request_id="b1")
    rest = await tablet.scan(ticket.qr(), "s3", persons=7)

    assert state_of(one) == "group" and "还有 11 人" in one.text
    assert "还有 6 人" in five.text and five.text.count('class="in"') == 6
    assert "还有 7 人" in back.text
    assert "全部入园" in rest.text


async def test_a_sensor_s_gate_waits_for_the_passage(tablet: Tablet, app: Starlette) -> None:
    world, db, now = tablet.world, app.state.db, clock.utc_now()
    given = DeviceInput(
        name="T", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=tablet.gate_id
    )
    device_id = await db.act(devices.add, given, SYSTEM, now)
    await db.act(devices.issue_secret, device_id, app.state.vault, SYSTEM, now)
    ticket = await tablet.ticket()

    async def scan_and_say(scan_id: str, result: str) -> None:
        shown = await tablet.scan(ticket.qr(), scan_id)
        assert state_of(shown) == "admitted"
        found = re.search(r'name="redemption_id" value="([^"]+)"', shown.text)
        assert found
        for _ in range(2):  # a repeat counts once
            await tablet.send("passages", redemption_id=found[1], result=result)

    await scan_and_say("s1", "timeout")
    await scan_and_say("s2", "passed")

    assert state_of(await tablet.scan(ticket.qr(), "s3")) == "refused"
    assert [row.counted for row in await world.rows("passages")] == [0, 1]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code": "", "scan_id": "s1"},
        {"code": "x" * 600, "scan_id": "s1"},
        {"code": "a\0b", "scan_id": "s1"},
        {"code": "x", "scan_id": "a b"},
        {"code": "x", "scan_id": "s1", "persons": "0"},
        {"code": "x", "scan_id": "s1", "persons": "9" * 20},
        {"code": "x", "scan_id": "s1", "direction": "up"},
    ],
)
async def test_what_is_no_scan_is_refused_and_not_kept(
    tablet: Tablet, fields: dict[str, str]
) -> None:
    shown = await tablet.send(**fields)

    assert (shown.status_code, state_of(shown)) == (422, "refused")
    assert not await tablet.world.rows("redemptions")


async def test_another_code_under_the_same_scan_id_is_no_answer(tablet: Tablet) -> None:
    await tablet.scan("one", "s1")

    shown = await tablet.scan("two", "s1")

    assert (shown.status_code, state_of(shown)) == (409, "refused")


async def test_a_ticket_is_looked_up_without_being_used(tablet: Tablet) -> None:
    ticket = await tablet.ticket(holder_name="古丽努尔")

    by_code = await tablet.send("lookups", code=ticket.qr())
    by_short = await tablet.send("lookups", code=ticket.short)
    number = (await tablet.world.row("tickets", ticket.id)).number
    by_number = await tablet.send("lookups", code=number)
    foreign = await tablet.send("lookups", code="hello")

    for shown in (by_code, by_short, by_number):
        assert "可在本闸机通行" in shown.text and "未使用" in shown.text
        assert ticket.short not in shown.text and "古" not in shown.text
    assert "可在本闸机通行" not in foreign.text
    assert not await tablet.world.rows("redemptions")


async def test_a_numbered_seat_is_told(tablet: Tablet) -> None:
    ticket = await tablet.ticket(seats="5-7")

    shown = await tablet.send("lookups", code=ticket.qr())
    admitted = await tablet.send("redemptions", code=ticket.qr(), scan_id="seat")

    assert ">5-7</dd>" in shown.text
    assert "座位 5-7 号" in admitted.text


async def test_another_areas_ticket_is_neither_shown_nor_used_up(tablet: Tablet) -> None:
    area = await tablet.world.row("areas", tablet.world.area_id)
    other = ids.new_id()
    await tablet.world.add("areas", **area._asdict() | {"id": other, "code": "A9", "number": 9})
    ticket = await tablet.ticket(area_id=other)
    number = (await tablet.world.row("tickets", ticket.id)).number

    shown = await tablet.send("lookups", code=number)
    by_hand = await tablet.send(
        "admissions", request_id="h1", persons="1", reason="票码破损", shown=number
    )

    assert "未使用" not in shown.text
    assert by_hand.status_code == 422
    assert (await tablet.world.row("tickets", ticket.id)).status == "sold"


async def test_by_hand_needs_a_reason_and_is_looked_at(tablet: Tablet) -> None:
    missing = await tablet.send("admissions", request_id="h1", persons="2")
    unknown = await tablet.send(
        "admissions", request_id="h1", persons="2", reason="票码破损", shown="none"
    )
    for _ in range(2):
        done = await tablet.send("admissions", request_id="h1", persons="2", reason="票码破损")

    assert (missing.status_code, unknown.status_code, done.status_code) == (422, 422, 201)
    assert "人工放行 · 2 人" in done.text
    (incident,) = await tablet.world.rows("incidents")
    assert (incident.kind, incident.heads, incident.reason) == ("manual", 2, "票码破损")


async def test_a_stranger_s_redemption_cannot_be_touched(tablet: Tablet) -> None:
    missing = "01900000-0000-7000-8000-000000000000"

    taken = await tablet.send("returns", redemption_id=missing, request_id="b1")
    said = await tablet.send("passages", redemption_id=missing, result="passed")

    assert (taken.status_code, said.status_code) == (404, 404)


async def test_a_cashier_does_not_scan(tablet: Tablet, app: Starlette) -> None:
    await sign_in_as(tablet.client, app, Role.CASHIER)

    assert (await tablet.client.get(f"/gate/{tablet.gate_id}")).status_code == 403
    assert (await tablet.scan("x")).status_code == 403


async def test_who_scans_elsewhere_does_not_scan_here(tablet: Tablet, app: Starlette) -> None:
    other = await tablet.world.add_gate()
    await sign_in_as(tablet.client, app, Role.GATE_STAFF, gate_id=other)

    assert "南门 3 号" not in (await tablet.client.get("/gate")).text
    assert (await tablet.client.post("/gate", data={"gate_id": tablet.gate_id})).status_code == 403
    assert (await tablet.scan("x")).status_code == 403
