"""What a paid card line becomes: an open card, a lot of value, a longer term, a new card.

What was paid for a deposit or a top-up is owed to the member until it is used; a price, a term and
a fee are revenue at once (docs/decisions/0030).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.cards.memberships import numbering, replacing, store
from domain.cards.memberships.cards import (
    NOUN,
    Change,
    Term,
    change_balance,
    end_of,
    locked,
    renewed,
    zone_of,
)
from domain.cards.memberships.model import USE, CardMediumKind, LotKind
from domain.cards.memberships.offers import KINDS
from domain.cards.products import CardKind, get_product
from domain.commerce import ledger, stock
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders.lines import Line, Owned, Replacement, Sold, register
from domain.commerce.orders.model import LineKind
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict
from domain.kernel.refusals import Refusal
from domain.operation.audit import record


class CardFulfilment:
    """Registered for every kind of card line. Such lines are not refunded one by one: a card is
    given back whole (`returning.return_card`), by what it is still worth."""

    def __init__(self, kind: LineKind) -> None:
        self.kind = kind

    async def fulfil(self, tx: Tx, order: Sold, lines: Sequence[Line], now: datetime) -> None:
        for line in lines:
            await FULFIL[self.kind](tx, order, line, now)
        await tx.run(store.FREE_LINES, lines=[line.id for line in lines])

    async def owned(self, tx: Tx, order_id: str, now: datetime) -> list[Owned]:
        rows = await tx.rows(store.CARD_LINES, order_id=order_id, of_kind=self.kind.value)
        return [
            Owned(
                row.id,
                row.id,
                row.terms.get("number") or row.name_zh,
                row.amount_minor,
                1,
                1,
                0,
                0,
                False,
                Refusal.NOT_REFUNDABLE,
                1,
            )
            for row in rows
        ]

    async def lock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        raise Conflict()

    async def unlock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        raise Conflict()

    async def give_back(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        raise Conflict()

    async def replace(
        self, tx: Tx, order: Sold, replacements: Sequence[Replacement], now: datetime
    ) -> list[str]:
        raise Conflict()


def actor_of(order: Sold) -> Actor:
    return Actor(ActorKind.STAFF, order.staff_id, order.window_id) if order.staff_id else SYSTEM


async def open_card(tx: Tx, order: Sold, line: Line, now: datetime) -> None:
    terms = line.terms
    product = await get_product(tx, terms["card_product_id"])
    zone = await zone_of(tx, order.area_id)
    today = local_day(now, zone)
    term = renewed(product, None, today, zone)
    opened = await tx.one(
        store.OPEN_CARD,
        card=terms["card_id"],
        product=product.id,
        of_kind=product.kind,
        holder=terms["holder_id"],
        bits=product.scope_bits,
        daily=product.daily_entries,
        passback=product.passback_minutes,
        entry_price=product.entry_price_minor,
        pays=product.pays_entry,
        from_at=day_bounds(today, zone)[0],
        until_at=end_of(term, zone),
        now=now,
    )
    if opened is None:
        raise Conflict()
    if not await tx.rows(store.MEDIA_OF, card=terms["card_id"]):
        code = ids.new_code()
        numbering.add_medium(tx, terms["card_id"], CardMediumKind.QR, code, now)
    card = await locked(tx, terms["card_id"])
    await add_rights(tx, order, line, card, product, term, now)
    await use_blank(tx, order, line, card.id, card.number, now)
    after = {"number": card.number, "product": product.code}
    record(tx, actor_of(order), "membership.opened", card.id, now, after=after, order=order.id)


async def add_rights(
    tx: Tx, order: Sold, line: Line, card: Any, product: Any, term: Term | None, now: datetime
) -> None:
    """The lot of a term or of uses; a card for a balance gets its lots by topping up."""
    uses = product.uses + product.free_uses
    if product.kind == CardKind.COUNT:
        kind = LotKind.USES
    elif term is not None:
        kind = LotKind.TERM
    else:
        return
    values = lot_of(order, line, card, kind, product, now)
    values |= {"uses": uses, "uses_left": uses, "entry_price_minor": product.entry_price_minor}
    if term is not None:
        values |= {"from_on": term.from_on, "until_on": term.until_on}
    tx.add(store.ADD_LOT, **values)
    if uses:
        post_uses(tx, card, uses, order.area_id, "membership.uses_bought", now)
        await change_balance(tx, card, Change(uses=uses))


def post_uses(tx: Tx, card: Any, uses: int, area_id: str, text: str, now: datetime) -> None:
    """Uses bought (or, less than nothing, used and lost) on the ledger."""
    postings = [
        Posting(AccountKind.MEMBER_USES, card.id, -uses, USE),
        Posting(AccountKind.USES_SOLD, area_id, uses, USE),
    ]
    ledger.post(tx, Entry(NOUN, card.id, text, area_id, postings), now)


def lot_of(
    order: Sold, line: Line, card: Any, kind: LotKind, product: Any, now: datetime
) -> dict[str, Any]:
    return {
        "id": ids.new_id(),
        "membership_id": card.id,
        "kind": kind.value,
        "order_id": order.id,
        "order_line_id": line.id,
        "principal_minor": line.amount_minor,
        "terms": {"product": product.code, "version": product.version, "name_zh": line.name_zh},
        "bought_at": now,
    }


async def take_deposit(tx: Tx, order: Sold, line: Line, now: datetime) -> None:
    card = await locked(tx, line.terms["card_id"])
    product = await get_product(tx, line.terms["card_product_id"])
    tx.add(store.ADD_LOT, **lot_of(order, line, card, LotKind.DEPOSIT, product, now))
    await change_balance(tx, card, Change(deposit_minor=line.amount_minor))


async def top_up(tx: Tx, order: Sold, line: Line, now: datetime) -> None:
    """A lot of its own: what was paid, and the bonus as it was offered."""
    card = await locked(tx, line.terms["card_id"])
    product = await get_product(tx, card.product_id)
    paid, bonus = line.amount_minor, int(line.terms["bonus_minor"])
    values = lot_of(order, line, card, LotKind.BALANCE, product, now)
    values |= {"bonus_minor": bonus, "principal_left_minor": paid, "bonus_left_minor": bonus}
    tx.add(store.ADD_LOT, **values)
    await change_balance(tx, card, Change(paid, bonus))
    postings = [
        Posting(AccountKind.MEMBER_BONUS, card.id, -bonus),
        Posting(AccountKind.BONUS_GIVEN, order.area_id, bonus),
    ]
    ledger.post(tx, Entry(NOUN, card.id, "membership.bonus_given", order.area_id, postings), now)
    after = {"principal_minor": paid, "bonus_minor": bonus}
    record(tx, actor_of(order), "membership.topped_up", card.id, now, after=after, order=order.id)


async def renew(tx: Tx, order: Sold, line: Line, now: datetime) -> None:
    """Early: the period after the old end; late: from today, and the card lives again."""
    card = await locked(tx, line.terms["card_id"])
    product = await get_product(tx, card.product_id)
    zone = await zone_of(tx, order.area_id)
    term = renewed(product, card, local_day(now, zone), zone)
    until_at = end_of(term, zone)
    if await tx.one(store.EXTEND, card=card.id, until_at=until_at, now=now) is None:
        raise Conflict()
    await add_rights(tx, order, line, card, product, term, now)
    after = {"valid_until": until_at.isoformat() if until_at else None}
    record(tx, actor_of(order), "membership.renewed", card.id, now, after=after, order=order.id)


async def use_blank(
    tx: Tx, order: Sold, line: Line, card_id: str, number: str, now: datetime
) -> None:
    """The blank that the window hands over; a card that is only a code on a phone needs none."""
    if order.window_id is None:
        return
    card = stock.BlankCard(order.window_id, number, not line.terms.get("media"))
    await stock.use_card(tx, card, (NOUN, card_id), actor_of(order), now)


async def replace(tx: Tx, order: Sold, line: Line, now: datetime) -> None:
    await replacing.replace(
        tx, line.terms["card_id"], line.terms["new_card_id"], line, actor_of(order), now
    )
    new_id, number = line.terms["new_card_id"], line.terms["new_number"]
    await use_blank(tx, order, line, new_id, number, now)


FULFIL = {
    LineKind.CARD_OPENING: open_card,
    LineKind.CARD_DEPOSIT: take_deposit,
    LineKind.CARD_TOP_UP: top_up,
    LineKind.CARD_RENEWAL: renew,
    LineKind.CARD_REPLACEMENT: replace,
}


def owed_deposits(order: Sold, lines: Sequence[Line]) -> list[Posting]:
    return [
        Posting(AccountKind.MEMBER_DEPOSITS, line.terms["card_id"], -line.amount_minor)
        for line in lines
    ]


def owed_principal(order: Sold, lines: Sequence[Line]) -> list[Posting]:
    return [
        Posting(AccountKind.MEMBER_PRINCIPAL, line.terms["card_id"], -line.amount_minor)
        for line in lines
    ]


for _kind in KINDS:
    register(_kind, fulfilment=CardFulfilment(_kind))
register(LineKind.CARD_DEPOSIT, credits=owed_deposits)
register(LineKind.CARD_TOP_UP, credits=owed_principal)
