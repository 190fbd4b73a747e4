"""The first step: yes or no, for every reason there is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.admission.redemptions import Decision
from domain.kernel import ids
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.refusals import Refusal
from tests.domain.admission.world import DAY, MINUTE, NOON, SECOND, TODAY, World


async def test_a_good_ticket_is_let_in_and_held(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()

    answer = await world.scan(gate_id, ticket.qr())

    assert answer.decision is Decision.ALLOW
    assert (answer.ticket_id, answer.persons, answer.hold) == (ticket.id, 1, True)
    assert answer.deadline_at == NOON + 15 * SECOND
    assert answer.details["type_zh"] == "成人票"
    row = await world.row("tickets", ticket.id)
    assert (row.status, row.held_by, row.held_persons) == ("sold", answer.redemption_id, 1)


async def test_the_short_code_typed_by_hand_lets_in_too(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()

    answer = await world.scan(gate_id, ids.shown_code(ticket.short).lower(), kind="pin")

    assert answer.allowed


async def test_a_card_is_known_by_its_uid(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.add(
        "media",
        ticket_id=ticket.id,
        kind="nfc",
        code="nfc:04A1B2C3D4E5F6",
        issue_serial=0,
        issued_at=NOON,
    )

    assert (await world.scan(gate_id, "04:a1:b2:c3:d4:e5:f6", kind="nfc")).allowed


async def test_without_a_sensor_it_is_used_at_once(world: World) -> None:
    gate_id, ticket = await world.add_gate(has_sensor=False), await world.add_ticket()

    answer = await world.scan(gate_id, ticket.qr())

    assert answer.allowed and not answer.hold
    assert (await world.row("tickets", ticket.id)).status == "used"
    assert [row.counted for row in await world.rows("passages")] == [1]


async def refusal(world: World, **values: Any) -> Refusal | None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket(**values)
    return (await world.scan(gate_id, ticket.qr())).refusal


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "refunded"}, Refusal.REFUNDED),
        ({"status": "changed"}, Refusal.CHANGED),
        ({"status": "locked"}, Refusal.LOCKED),
        ({"status": "refund_pending"}, Refusal.LOCKED),
        ({"status": "used", "entries_left": 0}, Refusal.USED_UP),
        ({"medium": "dead"}, Refusal.MEDIUM_DEAD),
        ({"medium": "lost"}, Refusal.LOST),
        ({"scope_bits": 2}, Refusal.WRONG_SITE),
        ({"valid_from": NOON + DAY, "visit_on": TODAY + DAY}, Refusal.NOT_YET),
        ({"valid_until": NOON, "visit_on": TODAY - DAY}, Refusal.EXPIRED),
        ({"valid_from": NOON + MINUTE}, Refusal.WRONG_SLOT),
        ({"valid_until": NOON}, Refusal.WRONG_SLOT),
        ({"held_until": NOON + SECOND, "held_by": "r", "held_persons": 1}, Refusal.IN_USE),
    ],
)
async def test_each_flaw_has_its_own_refusal(
    world: World, values: dict[str, Any], expected: Refusal
) -> None:
    assert await refusal(world, **values) is expected


async def test_an_unknown_code_is_not_ours(world: World) -> None:
    gate_id = await world.add_gate()

    for code in ("https://pay.example/abc", "", "🎫", "0" * 512, ids.new_code()):
        assert (await world.scan(gate_id, code)).refusal is Refusal.NOT_FOUND


async def test_a_forged_code_cannot_be_read(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    forger = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)

    assert (await world.scan(gate_id, ticket.qr(key=forger))).refusal is Refusal.BAD_CODE


async def test_an_older_print_is_dead(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket(serial=2)

    assert (await world.scan(gate_id, ticket.qr(serial=1))).refusal is Refusal.MEDIUM_DEAD


async def test_a_used_ticket_says_when_and_where(world: World) -> None:
    gate_id = await world.add_gate(name_zh="西门 1 号", name_en="West 1", has_sensor=False)
    ticket = await world.add_ticket()
    await world.scan(gate_id, ticket.qr())

    again = await world.scan(await world.add_gate(), ticket.qr(), NOON + MINUTE)

    assert again.refusal is Refusal.USED_UP
    assert again.details["passed_at"] == NOON.isoformat()
    assert (again.details["gate_zh"], again.details["gate_en"]) == ("西门 1 号", "West 1")


async def test_a_ticket_of_another_area_is_at_the_wrong_site(world: World) -> None:
    ticket = await world.add_ticket()
    unit_id = (await world.rows("units"))[0].id
    other_id = await world.add(
        "areas",
        code="A2",
        name_zh="别处",
        unit_id=unit_id,
        number=2,
        opens_at="08:00",
        closes_at="18:00",
        last_entry_at="17:00",
        mean_stay_minutes=1,
        instant_capacity=1,
        daily_capacity=1,
        created_at=NOON,
    )
    gate_id = await world.add_gate(area_id=other_id)

    assert (await world.scan(gate_id, ticket.qr())).refusal is Refusal.WRONG_SITE


async def test_a_closed_gate_lets_nobody_in(world: World) -> None:
    gate_id, ticket = await world.add_gate(status="closed"), await world.add_ticket()

    assert (await world.scan(gate_id, ticket.qr())).refusal is Refusal.GATE_CLOSED


@pytest.mark.parametrize("hours", [timedelta(hours=-5), timedelta(hours=5), timedelta(hours=6)])
async def test_outside_its_hours_the_area_is_closed(world: World, hours: timedelta) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()

    assert (await world.scan(gate_id, ticket.qr(), NOON + hours)).refusal is Refusal.AREA_CLOSED


async def test_on_a_closed_day_the_area_is_closed(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.add("area_days", area_id=world.area_id, visit_on=TODAY, quota=1, closed=True)

    assert (await world.scan(gate_id, ticket.qr())).refusal is Refusal.AREA_CLOSED


async def test_what_the_device_found_is_believed(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()

    answer = await world.scan(gate_id, ticket.qr(), finding=Refusal.BIO_MISMATCH)

    assert answer.refusal is Refusal.BIO_MISMATCH


async def test_every_scan_is_kept_and_no_code_with_it(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()
    await world.scan(gate_id, ticket.qr())
    await world.scan(gate_id, "nothing of ours")

    rows = await world.rows("redemptions")

    assert sorted(row.decision for row in rows) == ["allow", "deny"]
    assert all("ours" not in str(row) and ticket.qr() not in str(row) for row in rows)


async def test_an_unknown_gate_keeps_nothing(world: World) -> None:
    with pytest.raises(NotFound):
        await world.scan(ids.new_id(), "x")

    assert await world.rows("redemptions") == []


async def test_a_repeated_scan_gets_the_first_answer(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()

    first = await world.scan(gate_id, ticket.qr(), scan_id="s1")
    again = await world.scan(gate_id, ticket.qr(), NOON + MINUTE, scan_id="s1")

    assert first == again
    assert len(await world.rows("redemptions")) == 1


async def test_a_scan_id_does_not_open_the_gate_for_another_code(world: World) -> None:
    gate_id, ticket, other = (
        await world.add_gate(),
        await world.add_ticket(),
        await world.add_ticket(),
    )
    await world.scan(gate_id, ticket.qr(), scan_id="s1")

    with pytest.raises(Conflict):
        await world.scan(gate_id, other.qr(), scan_id="s1")


async def test_fifty_gates_at_once_let_one_visitor_in(world: World) -> None:
    ticket = await world.add_ticket()
    gate_ids = [await world.add_gate() for _ in range(50)]

    answers = await asyncio.gather(*(world.scan(gate_id, ticket.qr()) for gate_id in gate_ids))

    refusals = [answer.refusal for answer in answers]
    assert refusals.count(None) == 1
    assert refusals.count(Refusal.IN_USE) == 49
    assert len(await world.rows("redemptions")) == 50


async def test_one_scan_id_fifty_times_at_once_gets_one_answer(world: World) -> None:
    gate_id, ticket = await world.add_gate(), await world.add_ticket()

    answers = await asyncio.gather(
        *(world.scan(gate_id, ticket.qr(), scan_id="s1") for _ in range(50))
    )

    assert len({answer.redemption_id for answer in answers}) == 1
    assert all(answer.allowed for answer in answers)
    assert len(await world.rows("redemptions")) == 1
