"""Lost and dead cards reach the gates, which refuse them even when they cannot ask."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicehub.hub import Hub
from devicehub.limits import Limits
from devicehub.lists import PATIENCE, BadList, BlockLists, KeptList, parts_of
from devicehub.messages import ListPart
from devicehub.simulator import Memory, Turnstile
from domain.admission import blocklists, devices
from domain.admission.blocklists import Changes, digest_of, mark_of
from domain.admission.devices import DeviceInput, DeviceKind
from domain.cards import memberships
from domain.kernel.db import Database
from tests.devicehub.hubs import ADMIN, Clock, broker_in, translate, turnstile
from tests.domain.admission.world import NOON, VAULT, built
from tests.domain.cards import desk
from tests.domain.cards.desk import TERM, UID, Desk


class _Row(NamedTuple):
    """A device as the hub knows it."""

    id: str
    area_id: str
    heartbeat: dict[str, Any]
    presence: str = "online"


CODE = f"nfc:{UID}"


def full(*marks: str, rev: int = 1) -> list[ListPart]:
    return parts_of(Changes(rev, None, marks, (), digest_of(marks), len(marks)), NOON)


def taken(kept: KeptList, parts: list[ListPart]) -> bool:
    return [kept.take(part) for part in parts][-1]


def test_many_codes_come_in_parts_in_any_order() -> None:
    marks = [mark_of(f"nfc:{n:014X}") for n in range(6_000)]
    parts = full(*marks)
    kept = KeptList()

    assert len(parts) > 1
    assert all(len(part.data) <= 64 * 1024 for part in parts)
    assert [kept.take(part) for part in reversed(parts)] == [False] * (len(parts) - 1) + [True]
    assert kept.marks == set(marks)


def test_what_does_not_fit_is_noticed_and_changes_nothing() -> None:
    kept = KeptList()
    taken(kept, full("a", "b", rev=3))
    other = parts_of(Changes(5, 4, ["c"], [], digest_of("abc"), 3), NOON)
    wrong = parts_of(Changes(5, 3, ["c"], [], digest_of("ab"), 2), NOON)
    damaged = [part.model_copy(update={"data": "eJw="}) for part in full("z", rev=9)]

    for parts in (other, wrong, damaged):
        with pytest.raises(BadList):
            taken(kept, parts)

    assert (kept.rev, kept.marks) == (3, {"a", "b"})


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=12), st.data())
def test_changes_from_any_revision_lead_to_the_same_list(
    moves: list[tuple[str, bool]], data: st.DataObject
) -> None:
    """The store's rule, played: a code holds the revision of its last change."""
    rows: dict[str, tuple[int, bool]] = {}
    kept, have = KeptList(), 0
    for rev, (code, is_blocked) in enumerate(moves, 1):
        rows[code] = rev, is_blocked
        if data.draw(st.booleans()):
            now = [code for code, (_, on) in rows.items() if on]
            new = {code: on for code, (at, on) in rows.items() if at > have}
            added = [code for code, on in new.items() if on]
            removed = [code for code, on in new.items() if not on]
            base = have or None
            changes = Changes(rev, base, added if base else now, removed, digest_of(now), len(now))
            assert taken(kept, parts_of(changes, NOON))
            have = rev
            assert kept.marks == set(now)


async def test_every_end_of_a_card_is_in_the_list_and_no_code_is(db: Database) -> None:
    cards = await desk.opened(db)
    product = await cards.product(**TERM)
    lost, frozen, replaced = [await cards.open(product, uid=f"04A1B2C3D4E5F{n}") for n in "123"]
    staff, area_id = cards.world.supervisor, cards.world.area_id
    await db.act(memberships.report_loss, lost.id, "掉了", staff, NOON)
    await db.act(memberships.freeze, frozen.id, "争议", staff, NOON)
    await cards.replace(replaced.id)

    first = await db.ask(blocklists.changes_since, area_id, 0)
    await db.act(memberships.unfreeze, frozen.id, "没事了", staff, NOON)
    second = await db.ask(blocklists.changes_since, area_id, first.rev)
    strange = await db.ask(blocklists.changes_since, area_id, 99)

    assert set(first.added) == {mark_of(f"nfc:04A1B2C3D4E5F{n}") for n in "123"}
    assert (list(second.added), list(second.removed)) == ([], [mark_of("nfc:04A1B2C3D4E5F2")])
    assert second.digest == digest_of(strange.added)
    assert strange.base is None
    assert not any("04A1" in mark for mark in first.added)


async def test_fifty_losses_at_once_leave_one_list(db: Database) -> None:
    async with built(db) as world:
        acts = [db.act(blocklists.block, world.area_id, [f"nfc:{n:014X}"], NOON) for n in range(50)]
        await asyncio.gather(*acts)

        everything = await db.ask(blocklists.changes_since, world.area_id, 0)

    assert (everything.rev, everything.size) == (50, 50)


async def test_who_never_got_it_is_told_again_and_who_keeps_none_is_not(db: Database) -> None:
    cards, clock = await desk.opened(db), Clock()
    clock.is_frozen = True
    area_id = cards.world.area_id
    await db.act(blocklists.block, area_id, [CODE], NOON)
    lists = BlockLists(db)
    keeps = _Row("g1", area_id, {"lists": {"block": 0}})
    simple = _Row("g2", area_id, {})

    first = await lists.due([keeps, simple], clock())
    soon = await lists.due([keeps, simple], clock())
    clock.moved += 2 * PATIENCE
    later = await lists.due([keeps, simple], clock())

    assert [[one.device_id for one in said] for said in (first, soon, later)] == [
        ["g1"],
        [],
        ["g1"],
    ]


@pytest.mark.broker
async def test_a_gate_knows_a_loss_within_five_seconds_and_refuses_offline(
    db: Database, tmp_path: Path
) -> None:
    cards = await desk.opened(db)
    card = await cards.open(await cards.product(**TERM), uid=UID)
    staff, broker = cards.world.supervisor, broker_in(tmp_path)
    device_id, secret = await _device(cards)
    hub = Hub(db, VAULT, translate, broker, clock=Clock(), limits=Limits(1_000, 1_000))
    async with hub.running():
        assert await hub.wait_until_connected()
        await hub.let_in()
        async with turnstile(broker.port, device_id, Memory(secret)).running() as gate:
            await gate.until_ready()
            await db.act(memberships.report_loss, card.id, "掉了", staff, NOON)
            await _within_five_seconds(lambda: gate.memory.blocked.holds(CODE))
            assert (await gate.scan(UID, kind="nfc")).reason == "LOST"

            document = desk.marks()
            await db.act(memberships.lift_loss, card.id, document, staff, NOON)
            await _within_five_seconds(lambda: not gate.memory.blocked.holds(CODE))

            await db.act(memberships.freeze, card.id, "争议", staff, NOON)
            await _within_five_seconds(lambda: gate.memory.blocked.holds(CODE))
            await _cut_off(gate)


async def _cut_off(gate: Turnstile) -> None:
    await gate.cut_off()
    blocked, other = await gate.scan(UID, kind="nfc"), await gate.scan("0411223344", kind="nfc")
    assert (blocked.decision, blocked.reason) == ("deny", "OFFLINE_DENY")
    assert other.decision == "late"
    assert gate.opened == 0


async def _within_five_seconds(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 (a test may look again and again)
            await asyncio.sleep(0.05)


async def _device(cards: Desk) -> tuple[str, str]:
    given = DeviceInput(
        name="南门",
        kind=DeviceKind.TURNSTILE,
        area_id=cards.world.area_id,
        gate_id=cards.gate_id,
    )
    device_id = await cards.db.act(devices.add, given, ADMIN, NOON)
    return device_id, await cards.db.act(devices.issue_secret, device_id, VAULT, ADMIN, NOON)
