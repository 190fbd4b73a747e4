"""A card known by its holder's face: a year's pass at home in the drawer, and lent to nobody."""

from datetime import timedelta
from functools import partial
from typing import Any

from domain.admission import faces
from domain.admission.faces import Owner
from domain.admission.redemptions import ScanKind
from domain.cards import memberships
from domain.kernel.actors import SYSTEM
from domain.kernel.refusals import Refusal
from domain.operation import settings
from domain.retention.faces import forget, forget_some
from tests.domain.cards.desk import STORED, TERM, UID, Desk
from tests.domain.cards.memberships.test_returning import give_back, let_refund
from tests.domain.commerce.factories import NOON

MINE, OTHERS = "face-1", "face-2"
LATER = NOON + timedelta(hours=1)
PAYS = STORED | {"pays_entry": True, "entry_price_minor": 100}


async def switch(cards: Desk, on: bool = True) -> None:
    area_id = cards.world.area_id
    own = await cards.db.ask(settings.own, area_id)
    change = partial(settings.change, area_id=area_id, edition=own.edition)
    await cards.db.act(change, SYSTEM, {"faces_at_gates": on}, NOON)


async def known(cards: Desk, **terms: Any) -> Any:
    """A card whose holder agreed at the gate."""
    await switch(cards)
    card = await cards.open(await cards.product(**terms or TERM), top_up=0, uid=UID)
    assert (await cards.scan(face=MINE, agrees=True)).allowed
    return card


async def bound(cards: Desk, card_id: str) -> faces.Binding | None:
    found: faces.Binding | None = await cards.db.ask(faces.of, Owner.CARD, card_id)
    return found


async def test_the_holder_comes_without_the_card_and_nobody_with_it(cards: Desk) -> None:
    card = await known(cards)

    assert (await cards.scan(now=LATER, face=OTHERS)).refusal is Refusal.BIO_MISMATCH
    by_face = await cards.scan(MINE, LATER, kind=ScanKind.FACE)

    assert by_face.allowed and by_face.details["number"] == card.number
    binding = await bound(cards, card.id)
    assert binding and binding.valid_until == card.valid_until


async def test_a_lost_card_opens_nothing_by_face_either(cards: Desk) -> None:
    card = await known(cards)
    await cards.db.act(memberships.report_loss, card.id, "丢失", SYSTEM, NOON)

    assert (await cards.scan(MINE, LATER, kind=ScanKind.FACE)).refusal is Refusal.LOST


async def test_a_card_without_an_end_is_asked_again_after_a_year(cards: Desk) -> None:
    await switch(cards)
    card = await cards.open(await cards.product(**PAYS), top_up=20_000, uid=UID)
    assert (await cards.scan(face=MINE, agrees=True)).allowed
    binding = await bound(cards, card.id)
    assert binding and binding.valid_until == NOON + faces.LONGEST


async def test_a_face_goes_with_its_card_and_with_its_time(cards: Desk) -> None:
    await let_refund(cards)
    card = await known(cards)
    assert await cards.db.act(forget_some, LATER) == 0
    await give_back(cards, card.id)

    assert await cards.db.act(forget_some, LATER) == 1
    assert await bound(cards, card.id) is None
    assert await cards.db.act(forget_some, LATER) == 0


async def test_a_face_goes_when_its_time_is_over_or_the_area_uses_none(cards: Desk) -> None:
    card = await known(cards)
    await forget(cards.db, card.valid_until - timedelta(seconds=1))
    assert await bound(cards, card.id) is not None
    await switch(cards, on=False)
    await forget(cards.db, LATER)
    assert await bound(cards, card.id) is None

    await switch(cards)
    assert (await cards.scan(now=LATER, face=MINE, agrees=True)).allowed
    await forget(cards.db, card.valid_until)
    assert await bound(cards, card.id) is None
