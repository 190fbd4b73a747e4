"""Known by face: who agreed, as long as the ticket is good; another face is another person."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.admission import faces
from domain.admission.faces import Owner
from domain.admission.redemptions import Answer, Direction, ScanKind
from domain.kernel.actors import SYSTEM
from domain.kernel.refusals import Refusal
from domain.operation import settings
from tests.domain.admission.world import DAY, MINUTE, NOON, World

MINE, OTHERS = "terminal-7/face-00412", "terminal-7/face-00999"
RETURNING: dict[str, Any] = {"gate_mode": "re_entry", "entries": 1, "entries_left": 1}


async def switch(world: World, on: bool = True) -> None:
    own = await world.db.ask(settings.own, world.area_id)
    change = partial(settings.change, area_id=world.area_id, edition=own.edition)
    await world.db.act(change, SYSTEM, {"faces_at_gates": on}, NOON)


async def agrees(world: World, gate_id: str, code: str, **values: Any) -> Answer:
    """Shows a ticket, and says yes to being known by face."""
    return await world.scan(gate_id, code, face=MINE, agrees=True, **values)


async def looks(world: World, gate_id: str, face: str = MINE, **values: Any) -> Answer:
    """Shows nothing but a face."""
    return await world.scan(gate_id, face, kind=ScanKind.FACE, **values)


async def left(world: World) -> tuple[str, Any]:
    """A gate, and a ticket whose holder has gone out and agreed."""
    await switch(world)
    gate_id = await world.add_gate(has_sensor=False, direction="both")
    made = await world.add_ticket(**RETURNING)
    assert (await world.scan(gate_id, made.qr())).allowed
    out = {"direction": Direction.OUT, "now": NOON + 5 * MINUTE}
    assert (await agrees(world, gate_id, made.qr(), **out)).allowed
    return gate_id, made


async def kept(world: World) -> list[Any]:
    return await world.rows("face_bindings")


async def test_who_agreed_on_leaving_comes_back_by_face_on_the_same_day(world: World) -> None:
    gate_id, made = await left(world)
    (row,) = await kept(world)
    assert row.owner_id == made.id and MINE not in str(row)
    assert row.valid_until == NOON + timedelta(hours=12)  # midnight there

    back = await looks(world, gate_id, now=NOON + 60 * MINUTE)

    assert back.allowed and back.ticket_id == made.id
    again = await looks(world, gate_id, now=NOON + 61 * MINUTE)
    assert again.refusal is Refusal.NOT_LEFT
    assert (await looks(world, gate_id, OTHERS)).refusal is Refusal.NOT_FOUND


async def test_a_face_spends_one_entry_however_often_it_is_seen_at_once(world: World) -> None:
    gate_id, _ = await left(world)

    answers = await asyncio.gather(
        *(looks(world, gate_id, now=NOON + 60 * MINUTE) for _ in range(20))
    )

    assert sum(answer.allowed for answer in answers) == 1


async def test_another_face_with_the_ticket_is_another_person(world: World) -> None:
    gate_id, made = await left(world)
    later = NOON + 30 * MINUTE

    lent = await world.scan(gate_id, made.qr(), now=later, face=OTHERS)
    assert lent.refusal is Refusal.BIO_MISMATCH
    out = {"face": OTHERS, "direction": Direction.OUT}
    assert (await world.scan(gate_id, made.qr(), now=later, **out)).allowed  # nobody is kept in
    without = await world.scan(gate_id, made.qr(), now=later + MINUTE)
    assert without.allowed  # a face is an offer: the code serves as before


@pytest.mark.parametrize(
    "terms",
    [
        {"gate_mode": "one_one"},
        {"gate_mode": "multi_entry", "entries": 3, "entries_left": 3, "persons": 2},
    ],
)
async def test_no_face_is_kept_where_it_would_serve_nobody(
    world: World, terms: dict[str, Any]
) -> None:
    await switch(world)
    gate_id = await world.add_gate(has_sensor=False)
    made = await world.add_ticket(**terms)

    assert (await agrees(world, gate_id, made.qr())).allowed
    assert await kept(world) == []


async def test_no_face_is_kept_without_a_yes_or_where_it_was_refused(world: World) -> None:
    await switch(world)
    gate_id = await world.add_gate(has_sensor=False)
    made = await world.add_ticket(**RETURNING)
    assert (await world.scan(gate_id, made.qr(), face=MINE)).allowed
    assert not (await agrees(world, gate_id, made.qr())).allowed
    assert await kept(world) == []


async def test_an_area_that_does_not_use_faces_keeps_and_knows_none(world: World) -> None:
    gate_id, _ = await left(world)
    await switch(world, on=False)
    made = await world.add_ticket(**RETURNING)

    assert (await looks(world, gate_id, now=NOON + 60 * MINUTE)).refusal is Refusal.NOT_FOUND
    assert (await agrees(world, gate_id, made.qr())).allowed
    assert len(await kept(world)) == 1


async def test_a_ticket_has_one_face_and_it_goes_when_asked_for(world: World) -> None:
    gate_id, made = await left(world)
    out = {"direction": Direction.OUT, "now": NOON + 6 * MINUTE}
    assert (await agrees(world, gate_id, made.qr(), **out)).allowed
    assert len(await kept(world)) == 1

    forget = partial(world.db.act, faces.forget, Owner.TICKET, made.id, SYSTEM, NOON)
    assert await forget() is True
    assert await forget() is False
    assert (await looks(world, gate_id)).refusal is Refusal.NOT_FOUND
    rows = await world.rows("audit_entries")
    acts = [row.act for row in rows if "face" in row.act]
    assert acts == ["ticket.face_bound", "ticket.face_bound", "ticket.face_deleted"]


async def test_what_is_written_of_scans_does_not_tell_whose_face_it_was(world: World) -> None:
    gate_id, _ = await left(world)
    for minutes in (60, 61):
        await looks(world, gate_id, now=NOON + minutes * MINUTE)

    hashes = [row.code_hash for row in await world.rows("redemptions") if row.kind == "face"]
    assert len(hashes) == len(set(hashes)) == 2


async def test_a_ticket_for_days_keeps_its_face_as_long_as_it_is_good(world: World) -> None:
    await switch(world)
    gate_id = await world.add_gate(has_sensor=False)
    until = NOON + 3 * DAY
    several: dict[str, Any] = {"gate_mode": "multi_entry", "entries": 3, "entries_left": 3}
    made = await world.add_ticket(**several, valid_until=until)

    assert (await agrees(world, gate_id, made.qr())).allowed
    assert [row.valid_until for row in await kept(world)] == [until]
    assert (await looks(world, gate_id, now=NOON + DAY)).allowed
    assert (await looks(world, gate_id, now=until)).refusal is Refusal.NOT_FOUND
