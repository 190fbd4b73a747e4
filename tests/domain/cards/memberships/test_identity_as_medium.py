"""The holder's identity card opens what the card opens: at gates, and by hand."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.admission import redemptions
from domain.admission.redemptions import Answer, ByHand, PassResult
from domain.cards import memberships
from domain.commerce.orders import VisitorInput, Wanted, named
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import InvalidInput, Refused
from domain.kernel.refusals import Refusal
from tests.domain.admission.tickets.market import VAULT
from tests.domain.cards.desk import COUNT, OTHER, PERSON, STORED, TERM, UID, Desk
from tests.domain.commerce.factories import NOON, TODAY

HOUR = timedelta(hours=1)
PAYS = STORED | {"pays_entry": True, "entry_price_minor": 13_000}


async def by_document(cards: Desk, document: str = PERSON, **values: Any) -> Answer:
    return await cards.scan(document, **{"kind": "id"} | values)


async def let_in(cards: Desk, card_id: str, persons: int = 1, request_id: str = "") -> Answer:
    guard = Actor(ActorKind.STAFF, cards.world.supervisor.id, cards.gate_id)
    asked = ByHand(request_id or ids.new_id(), cards.gate_id, persons, "读卡器坏了", None, card_id)
    return await cards.db.act(redemptions.admit, asked, guard, NOON)


async def test_an_identity_card_enters_as_the_holders_card(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    scan_id = ids.new_id()

    answer = await by_document(cards, scan_id=scan_id)
    await cards.walk(scan_id, result=PassResult.PASSED)

    assert answer.allowed
    assert answer.details["mode"] == "member"
    assert (await cards.card(card.id)).uses_left == 9
    assert (await by_document(cards, OTHER)).refusal is Refusal.NOT_FOUND
    assert await cards.findings() == []


async def test_a_number_that_was_not_read_off_a_document_spends_nothing(cards: Desk) -> None:
    await cards.open(await cards.product(**TERM), uid=UID)

    assert (await cards.scan(PERSON, kind="qr")).refusal is Refusal.NOT_FOUND
    assert (await cards.scan(PERSON, kind="pin", staff_id=cards.world.supervisor.id)).allowed


async def test_what_costs_the_holder_least_is_taken(cards: Desk) -> None:
    paying = await cards.open(await cards.product(**PAYS), top_up=20_000)
    counting = await cards.open(await cards.product(**COUNT))
    yearly = await cards.open(await cards.product(**TERM | {"daily_entries": 1}))

    first = await by_document(cards, passage=True)
    second = await by_document(cards, passage=True, now=NOON + HOUR)

    assert first.details["number"] == yearly.number
    assert second.details["number"] == counting.number
    assert (await cards.card(paying.id)).principal_minor == 20_000


async def test_a_ticket_goes_before_a_card_and_a_spent_one_does_not_hide_it(cards: Desk) -> None:
    await cards.open(await cards.product(**COUNT), uid=UID)
    visitor = named(VAULT, VisitorInput("张伟", PERSON), TODAY)
    await cards.buy(Wanted(cards.world.adult_id, 1, TODAY, visitors=(visitor,)))

    first = await by_document(cards, passage=True)
    second = await by_document(cards, passage=True, now=NOON + HOUR)

    assert first.ticket_id is not None
    assert second.details["mode"] == "member"


async def test_a_lost_card_is_lost_whatever_is_shown_and_its_successor_is_found(
    cards: Desk,
) -> None:
    card = await cards.open(await cards.product(**TERM), uid=UID)
    await cards.db.act(memberships.report_loss, card.id, "掉了", cards.world.cashier, NOON)
    assert (await by_document(cards)).refusal is Refusal.LOST

    successor = await cards.replace(card.id)

    assert (await by_document(cards)).details["number"] == successor.number


async def test_no_plain_number_is_stored(cards: Desk) -> None:
    await cards.open(await cards.product(**TERM), uid=UID)
    answer = await by_document(cards)

    kept = await cards.db.ask(redemptions.get, answer.redemption_id)

    assert PERSON not in repr(kept)


async def test_a_card_is_used_by_hand_once_for_a_request(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)

    answers = [await let_in(cards, card.id, request_id="h1") for _ in range(2)]

    assert {one.redemption_id for one in answers} == {answers[0].redemption_id}
    assert (await cards.card(card.id)).uses_left == 9
    (incident,) = await cards.db.ask(redemptions.list_incidents, redemptions.IncidentStatus.OPEN)
    assert incident.kind == "manual"
    assert await cards.findings() == []


async def test_a_card_without_entries_is_let_in_and_looked_at(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT | {"uses": 1}), uid=UID)
    await cards.enter()

    await let_in(cards, card.id)

    found = await cards.db.ask(redemptions.list_incidents, redemptions.IncidentStatus.OPEN)
    assert sorted(one.kind for one in found) == ["dup_pass", "manual"]
    assert await cards.findings() == []


async def test_fifty_guards_at_once_spend_what_is_there(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)

    await asyncio.gather(*(let_in(cards, card.id) for _ in range(50)))

    assert (await cards.card(card.id)).uses_left == 0
    uncovered = await cards.db.ask(redemptions.count_open_incidents) - 50
    assert uncovered == 40
    assert await cards.findings() == []


async def test_a_card_that_stands_for_nothing_is_not_used_by_hand(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    await cards.db.act(memberships.freeze, card.id, "争议", cards.world.supervisor, NOON)

    with pytest.raises(Refused) as refused:
        await let_in(cards, card.id)
    with pytest.raises(InvalidInput):
        await let_in(cards, card.id, persons=2)

    assert refused.value.refusal is Refusal.LOCKED
    assert (await cards.card(card.id)).uses_left == 10


async def test_a_dead_card_does_not_spend_its_successor(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    successor = await cards.replace(card.id)

    with pytest.raises(Refused) as refused:
        await let_in(cards, card.id)

    assert refused.value.refusal is Refusal.MEDIUM_DEAD
    assert (await cards.card(successor.id)).uses_left == 10
