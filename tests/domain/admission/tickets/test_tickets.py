"""From the paid order to the gate: what a ticket grants, and what becomes of it."""

import asyncio
from datetime import timedelta

import pytest

from domain.admission import tickets
from domain.admission.redemptions import Answer
from domain.admission.tickets import fulfilling, verification
from domain.admission.tickets.code import CodeFlag, CodeKind
from domain.commerce.orders import Order, VisitorInput, named
from domain.commerce.orders.lines import Owned, Replacement, Sold, fulfilment_of
from domain.commerce.orders.model import LineKind
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from tests.domain.admission.tickets.market import VAULT, Market, opened
from tests.domain.admission.world import update
from tests.domain.commerce.factories import NOON, TODAY, add_slot

MINUTE = timedelta(minutes=1)
ID_NUMBER = "11010519491231002X"
SUPERVISOR = Actor(ActorKind.STAFF, "boss")


@pytest.fixture
async def sold(db: Database) -> tuple[Market, str, Order]:
    """A market, its gate, and an order of two adults."""
    market, gate_id = await opened(db)
    return market, gate_id, await market.sell(market.world.adult_id, 2)


async def test_a_sold_ticket_opens_the_gate_once(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    first, second = await market.prints(order)
    assert [one.row.number for one in (first, second)] == [
        f"{order.number}-1",
        f"{order.number}-2",
    ]
    code = await market.code(first)
    assert len(code) == 232

    assert (await market.go(gate_id, code)).allowed
    assert (await market.go(gate_id, code)).refusal is Refusal.USED_UP
    assert (await market.go(gate_id, second.short_code)).allowed
    assert await market.db.ask(verification.check_uses) == []
    assert await market.db.ask(verification.check_media) == []


async def test_a_group_is_one_ticket_for_all_its_heads(db: Database) -> None:
    market, gate_id = await opened(db)
    order = await market.sell(market.world.group_id, 50)

    (group,) = await market.prints(order)

    assert (group.row.persons, group.row.price_paid_minor) == (50, 47 * 8_000)
    assert group.body.kind is CodeKind.GROUP
    answer = await market.go(gate_id, await market.code(group), heads=30)
    assert (answer.persons, answer.allowed) == (50, True)
    later = await market.scan(gate_id, group.short_code, NOON + MINUTE)
    assert later.persons == 20


async def test_an_identity_card_finds_its_ticket(db: Database) -> None:
    market, gate_id = await opened(db)
    visitor = named(VAULT, VisitorInput("张伟", ID_NUMBER), TODAY)
    order = await market.sell(market.world.named_id, visitors=(visitor,))
    (ticket,) = await market.prints(order)
    assert CodeFlag.NAME_ON_FILE in ticket.body.flags

    answer = await market.go(gate_id, ID_NUMBER)

    assert (answer.allowed, answer.ticket_id) == (True, ticket.row.id)
    assert answer.details["holder"] == "张*"
    other = await market.scan(gate_id, "110105194912310038", kind="id")
    assert other.refusal is Refusal.NOT_FOUND
    found = await db.ask(tickets.find_by_document, VAULT.fingerprints("document", ID_NUMBER))
    assert [row.id for row in found] == [ticket.row.id]


async def test_of_a_persons_tickets_the_good_one_opens(db: Database) -> None:
    market, gate_id = await opened(db)
    visitor = named(VAULT, VisitorInput("张伟", ID_NUMBER), TODAY)
    await market.sell(market.world.named_id, visitors=(visitor,))
    assert (await market.go(gate_id, ID_NUMBER)).allowed
    assert (await market.go(gate_id, ID_NUMBER)).refusal is Refusal.USED_UP
    again = named(VAULT, VisitorInput("张伟", ID_NUMBER), TODAY)
    slot_id = await add_slot(db, market.world, 10, hours_ahead=0)
    await market.sell(market.world.boat_ticket_id, visitors=(again,), slot_id=slot_id)

    answer = await market.go(gate_id, ID_NUMBER)

    assert (answer.allowed, answer.details["type_zh"]) == (True, "BOATRIDE")


async def test_who_has_not_paid_is_told_so(db: Database) -> None:
    market, gate_id = await opened(db)
    visitor = named(VAULT, VisitorInput("张伟", ID_NUMBER), TODAY)
    await market.sell(market.world.named_id, visitors=(visitor,), paid=False)

    assert (await market.scan(gate_id, ID_NUMBER)).refusal is Refusal.UNPAID
    lapsed = await market.scan(gate_id, ID_NUMBER, NOON + 16 * MINUTE)
    assert lapsed.refusal is Refusal.NOT_FOUND


async def test_what_was_tampered_with_is_found(sold: tuple[Market, str, Order]) -> None:
    market, _, order = sold
    (first_id, second_id) = await market.db.ask(tickets.of_order, order.id)
    await reprint(market, order)
    await market.db.act(
        update, "tickets", second_id, {"status": "used", "entries_used": 1, "entries_left": 0}
    )
    for row in (await market.db.ask(tickets.detail, first_id)).media:
        await market.db.act(update, "media", row.id, {"status": "active"})

    (used,) = await market.db.ask(verification.check_uses)
    (prints,) = await market.db.ask(verification.check_media)

    assert (used.subject, prints.subject) == (f"{order.number}-2", f"{order.number}-1")


async def reprint(market: Market, order: Order, **values: tuple[str, ...]) -> tickets.Reprinted:
    (ticket_id, *_) = await market.db.ask(tickets.of_order, order.id)

    async def act(tx: Tx) -> tickets.Reprinted:
        return await tickets.reprint(tx, ticket_id, "wet", market.world.cashier, NOON, **values)

    return await market.db.act(act)


async def test_a_reprint_kills_the_print_before(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    old, _ = await market.prints(order)
    old_code = await market.code(old)

    again = await reprint(market, order)

    assert (again.issue_serial, again.times) == (2, 1)
    new, _ = await market.prints(order)
    assert (new.reprint, new.short_code != old.short_code) == (1, True)
    assert (await market.scan(gate_id, old_code)).refusal is Refusal.MEDIUM_DEAD
    assert (await market.scan(gate_id, old.short_code)).refusal is Refusal.MEDIUM_DEAD
    assert (await market.go(gate_id, await market.code(new))).allowed
    with pytest.raises(Refused) as refused:
        await reprint(market, order)
    assert refused.value.refusal is Refusal.NOT_REPRINTABLE
    assert await market.db.ask(verification.check_media) == []
    (shown,) = [row for row in await market.db.ask(tickets.shown_of, order.id) if row.reprints]
    assert (shown.issue_serial, shown.printed_at) == (2, None)


async def test_the_third_reprint_needs_a_supervisor(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    for _ in range(2):
        await reprint(market, order)
    with pytest.raises(Refused) as refused:
        await reprint(market, order)
    assert refused.value.refusal is Refusal.APPROVAL_NEEDED

    (ticket_id, *_) = await market.db.ask(tickets.of_order, order.id)
    cashier = market.world.cashier
    approval_id = await market.db.act(tickets.request_reprint, ticket_id, "printer", cashier, NOON)
    approved = ApprovalStatus.APPROVED
    with pytest.raises(Forbidden):
        await market.db.act(approvals.decide, approval_id, approved, cashier, NOON)
    await market.db.act(approvals.decide, approval_id, approved, SUPERVISOR, NOON)

    newest, _ = await market.prints(order)
    assert (newest.reprint, newest.row.issue_serial) == (3, 4)
    assert (await market.go(gate_id, await market.code(newest))).allowed


async def test_a_named_ticket_is_reprinted_against_its_document(db: Database) -> None:
    market, _ = await opened(db)
    visitor = named(VAULT, VisitorInput("张伟", ID_NUMBER), TODAY)
    order = await market.sell(market.world.named_id, visitors=(visitor,))

    with pytest.raises(InvalidInput):
        await reprint(market, order)
    marks = VAULT.fingerprints("document", ID_NUMBER)
    assert (await reprint(market, order, document_marks=marks)).times == 1


async def test_a_lost_ticket_is_refused_until_found_or_printed(
    sold: tuple[Market, str, Order],
) -> None:
    market, gate_id, order = sold
    (ticket_id, other_id) = await market.db.ask(tickets.of_order, order.id)
    first, _ = await market.prints(order)
    for one in (ticket_id, other_id):
        await market.db.act(tickets.report_loss, one, "phoned", SUPERVISOR, NOON)
    assert (await market.scan(gate_id, first.short_code)).refusal is Refusal.LOST

    await market.db.act(tickets.lift_loss, ticket_id, SUPERVISOR, NOON)
    assert (await market.go(gate_id, first.short_code)).allowed


async def test_a_disputed_ticket_is_locked(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    ticket_id, _ = await market.db.ask(tickets.of_order, order.id)
    first, _ = await market.prints(order)
    await market.db.act(tickets.lock, ticket_id, "two claim it", SUPERVISOR, NOON)
    assert (await market.scan(gate_id, first.short_code)).refusal is Refusal.LOCKED
    with pytest.raises(Conflict):
        await market.db.act(tickets.lock, ticket_id, "again", SUPERVISOR, NOON)

    await market.db.act(tickets.unlock, ticket_id, "", SUPERVISOR, NOON)

    assert (await market.go(gate_id, first.short_code)).allowed


async def test_what_a_gate_holds_is_not_refunded(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    first, _ = await market.prints(order)
    ours = fulfilment_of(LineKind.TICKET)
    held_before = await market.db.ask(ours.owned, order.id, NOON)
    await market.scan(gate_id, first.short_code)

    owned = await market.db.ask(ours.owned, order.id, NOON)
    assert [one.refusal for one in owned] == [Refusal.IN_USE, None]
    with pytest.raises(Conflict):
        await market.db.act(ours.give_back, held_before, NOON)
    with pytest.raises(Conflict):
        await market.db.act(ours.give_back, owned, NOON)
    states = [(await market.db.ask(tickets.get, one.id)).status for one in owned]
    assert states == ["sold", "sold"]

    await market.db.act(ours.give_back, owned, NOON + MINUTE)
    late = await market.scan(gate_id, first.short_code, NOON + MINUTE)
    assert late.refusal is Refusal.REFUNDED


async def test_a_refund_and_a_gate_at_once_have_one_winner(db: Database) -> None:
    market, gate_id = await opened(db)
    order = await market.sell(market.world.adult_id, 20)
    ours = fulfilment_of(LineKind.TICKET)
    owned = await db.ask(ours.owned, order.id, NOON)
    codes = [printable.short_code for printable in await market.prints(order)]

    async def refund(one: Owned) -> bool:
        try:
            await db.act(ours.give_back, [one], NOON)
        except Conflict:
            return False
        return True

    told = await asyncio.gather(
        *(market.scan(gate_id, code) for code in codes), *(refund(one) for one in owned)
    )

    for answer, refunded in zip(told[:20], told[20:], strict=True):
        assert isinstance(answer, Answer)
        assert answer.allowed is not refunded
        assert answer.refusal is (Refusal.REFUNDED if refunded else None)


async def test_a_refund_that_waits_locks_and_comes_back(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    first, _ = await market.prints(order)
    ours = fulfilment_of(LineKind.TICKET)
    await market.db.act(ours.lock, await market.db.ask(ours.owned, order.id, NOON), NOON)
    assert (await market.scan(gate_id, first.short_code)).refusal is Refusal.LOCKED

    pending = await market.db.ask(ours.owned, order.id, NOON)
    assert all(one.pending for one in pending)
    await market.db.act(ours.unlock, pending, NOON)

    assert (await market.go(gate_id, first.short_code)).allowed


async def test_a_changed_ticket_sends_to_its_successor(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    ours = fulfilment_of(LineKind.TICKET)
    first, _ = await market.prints(order)
    owned, _ = await market.db.ask(ours.owned, order.id, NOON)
    (line,) = order.lines

    async def act(tx: Tx) -> list[str]:
        replacement = Replacement(owned, line, 0, owned.paid_minor)
        seller = Sold(
            order.id, order.number, order.area_id, order.channel, order.window_id, order.staff_id
        )
        return await ours.replace(tx, seller, [replacement], NOON)

    (successor_id,) = await market.db.act(act)

    assert (await market.scan(gate_id, first.short_code)).refusal is Refusal.CHANGED
    old = await market.db.ask(tickets.get, owned.id)
    new = await market.db.ask(tickets.get, successor_id)
    assert (old.status, old.changed_to_id) == ("changed", successor_id)
    assert (new.status, new.changes, new.number) == ("sold", 1, f"{order.number}-3")
    assert await market.db.ask(verification.check_uses) == []


async def test_a_ticket_tells_its_story(sold: tuple[Market, str, Order]) -> None:
    market, gate_id, order = sold
    first, _ = await market.prints(order)
    await market.go(gate_id, first.short_code)
    await market.scan(gate_id, first.short_code, NOON + MINUTE)

    story = await market.db.ask(tickets.detail, first.row.id)

    assert [(row.decision, row.refusal) for row in story.scans] == [
        ("deny", "USED_UP"),
        ("allow", None),
    ]
    assert [row.counted for row in story.passages] == [1]
    found = await market.db.ask(tickets.find_by_number, first.row.number)
    assert found.id == first.row.id
    with pytest.raises(NotFound):
        await market.db.ask(tickets.detail, "nothing")


@pytest.mark.parametrize(
    ("mode", "persons", "entries", "scope_bits", "heads"),
    [
        ("one_one", 1, 1, 1, 1),
        ("one_one", 3, 1, 1, 3),
        ("one_many", 42, 1, 1, 42),
        ("multi_entry", 1, 10, 1, 10),
        ("multi_entry", 1, 0, 1, 0),
        ("re_entry", 3, 1, 1, 3),
        ("multi_spot", 1, 1, 0b1011, 3),
        ("multi_spot", 2, 1, 0b1010, 4),
    ],
)
def test_each_mode_grants_so_many_heads(
    mode: str, persons: int, entries: int, scope_bits: int, heads: int
) -> None:
    terms = {
        "gate_mode": mode,
        "persons": persons,
        "entries": entries,
        "scope_bits": scope_bits,
    }
    assert fulfilling.heads_of(terms) == heads
