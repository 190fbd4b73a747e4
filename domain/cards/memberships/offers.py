"""How cards are sold: opening, topping up, renewing and replacing are lines of an order.

`Wanted.details` by kind (JSON values; `subject_id` is the product to open, else the card's id):

- CARD_OPENING: `number` (or "" for the next one), `media` [{kind, code}], `holder_id`, `holder`
  (masked, so that a repeat is known), `top_up_minor`
- CARD_TOP_UP: `amount_minor`
- CARD_RENEWAL: nothing
- CARD_REPLACEMENT: `cause`, `number`, `media`, `document_marks`

An unpaid order holds its cards by a reservation: nothing else happens to them meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.cards.memberships import numbering, store
from domain.cards.memberships.cards import get, locked, must_be_free, zone_of
from domain.cards.memberships.holders import get_holder, must_be_holder
from domain.cards.memberships.model import MembershipStatus, ReplacementCause
from domain.cards.products import (
    WITH_BALANCE,
    CardProductStatus,
    bonus_for,
    get_product,
)
from domain.commerce.orders.lines import Line, Market, Sold, Wanted, register
from domain.commerce.orders.model import LineKind
from domain.kernel import ids
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal

KINDS = (
    LineKind.CARD_OPENING,
    LineKind.CARD_DEPOSIT,
    LineKind.CARD_TOP_UP,
    LineKind.CARD_RENEWAL,
    LineKind.CARD_REPLACEMENT,
)
LIVE = frozenset({MembershipStatus.ACTIVE, MembershipStatus.EXPIRED})


class CardOffer:
    """Registered for every kind of card line."""

    async def price(
        self, tx: Tx, wanted: Sequence[Wanted], market: Market, first: int
    ) -> list[Line]:
        lines: list[Line] = []
        for one in wanted:
            if one.quantity != 1:
                raise InvalidInput({"quantity": say("Cards are sold one by one.")})
            lines += await PRICES[one.kind](tx, one, one.details or {}, market)
        today = local_day(market.now, await zone_of(tx, market.area_id))
        return [line._replace(position=first + n, visit_on=today) for n, line in enumerate(lines)]

    async def hold(self, tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
        return [await held(tx, line, market) for line in lines]

    async def release(
        self, tx: Tx, order: Sold, lines: Sequence[tuple[Line, int]], now: datetime
    ) -> list[tuple[str, int]]:
        await tx.run(store.FREE_LINES, lines=[line.id for line, _ in lines])
        return []


class Priced(NamedTuple):
    """A line before it has a place in an order."""

    kind: LineKind
    name_zh: str
    name_en: str
    amount_minor: int
    card_id: str
    product: Any
    more: Mapping[str, Any]


def line_of(priced: Priced, market: Market) -> Line:
    """The terms also hold what a ticket's would, so that whoever looks there finds a plain no."""
    now = market.now.isoformat()
    terms = {
        "card_id": priced.card_id,
        "card_product_id": priced.product.id,
        "card_kind": priced.product.kind,
        "product_version": priced.product.version,
        "refund_tiers": [],
        "changes_allowed": 0,
        "daily_quota": None,
        "is_group": False,
        "needs_adult": False,
        **dict.fromkeys(("starts_at", "ends_at", "day_ends_at", "valid_from", "valid_until"), now),
        **priced.more,
    }
    amount = priced.amount_minor
    return Line(
        ids.new_id(),
        0,
        priced.kind,
        None,
        None,
        None,
        market.now.date(),
        priced.name_zh,
        priced.name_en,
        1,
        0,
        0,
        amount,
        amount,
        amount,
        "",
        False,
        0,
        terms,
    )


# -- prices


async def price_opening(
    tx: Tx, one: Wanted, details: Mapping[str, Any], market: Market
) -> list[Line]:
    product = await sold_here(tx, one.subject_id, market)
    await check_holder(tx, product, details.get("holder_id"))
    blank = await numbering.find_blank(tx, details, market.area_id, product.id)
    top_up = int(details.get("top_up_minor") or 0)
    opening = {
        "is_opening": True,
        "number": numbering.typed_number(details),
        "media": numbering.typed_media(details),
        "holder_id": details.get("holder_id"),
    }
    zh, en = product.name_zh, product.name_en
    card_id = blank.id if blank is not None else ids.new_id()

    def line(kind: LineKind, amount: int, **more: Any) -> Line:
        return line_of(Priced(kind, zh, en, amount, card_id, product, more), market)

    lines = [line(LineKind.CARD_OPENING, product.price_minor, **opening)]
    if product.deposit_minor:
        lines.append(line(LineKind.CARD_DEPOSIT, product.deposit_minor, is_opening=True))
    if top_up:
        bonus = bonus_of(product, top_up)
        lines.append(line(LineKind.CARD_TOP_UP, top_up, is_opening=True, bonus_minor=bonus))
    return lines


async def check_holder(tx: Tx, product: Any, holder_id: str | None) -> None:
    if holder_id is None:
        if product.is_named:
            raise InvalidInput({"name": say("A card with a named holder needs a name.")})
        return
    known = await get_holder(tx, holder_id)
    if product.is_named and known.document_hash is None:
        raise InvalidInput({"document_number": say("The holder's document is needed.")})
    if product.needs_photo and known.photo_file_id is None:
        raise InvalidInput({"photo": say("This card needs a photo of its holder.")})


async def sold_here(tx: Tx, product_id: str, market: Market) -> Any:
    """Raises Refused NOT_ON_SALE unless the product is sold in this area and channel."""
    product = await get_product(tx, product_id)
    on_sale = product.status == CardProductStatus.ON_SALE
    here = product.area_id == market.area_id and market.channel.value in product.channels
    if not on_sale or not here:
        raise Refused(Refusal.NOT_ON_SALE)
    return product


def bonus_of(product: Any, amount_minor: int) -> int:
    """What a top-up gets on top. Raises InvalidInput when it is too little, too much, or of a
    card that has no balance."""
    if product.kind not in WITH_BALANCE:
        raise InvalidInput({"amount": say("This card has no balance.")})
    least, most = product.top_up_least_minor, product.top_up_most_minor
    if not least <= amount_minor <= most:
        sentence = say(
            "A top-up is from {least} to {most}.", least=to_text(least), most=to_text(most)
        )
        raise InvalidInput({"amount": sentence})
    return bonus_for(product.top_ups, amount_minor)


async def price_top_up(
    tx: Tx, one: Wanted, details: Mapping[str, Any], market: Market
) -> list[Line]:
    card, product = await live_card(tx, one.subject_id, market)
    if card.status != MembershipStatus.ACTIVE:
        raise Refused(Refusal.EXPIRED)
    amount = int(details.get("amount_minor") or 0)
    more = {"bonus_minor": bonus_of(product, amount), "number": card.number}
    return [named_line(LineKind.CARD_TOP_UP, amount, card, product, market, more)]


async def price_renewal(
    tx: Tx, one: Wanted, details: Mapping[str, Any], market: Market
) -> list[Line]:
    card, product = await live_card(tx, one.subject_id, market)
    if product.status == CardProductStatus.RETIRED:
        raise Refused(Refusal.NOT_ON_SALE)
    if product.kind in WITH_BALANCE and not (product.term_months or product.term_days):
        raise InvalidInput({"card": say("This card has no end; there is nothing to renew.")})
    minor = product.price_minor if product.renewal_minor is None else product.renewal_minor
    more = {"number": card.number}
    return [named_line(LineKind.CARD_RENEWAL, minor, card, product, market, more)]


async def price_replacement(
    tx: Tx, one: Wanted, details: Mapping[str, Any], market: Market
) -> list[Line]:
    card = await get(tx, one.subject_id)
    if card.status not in LIVE | {MembershipStatus.LOST} or card.area_id != market.area_id:
        raise Refused(Refusal.CARD_INACTIVE)
    product = await get_product(tx, card.product_id)
    cause = ReplacementCause(details.get("cause") or ReplacementCause.DAMAGED)
    checked = await is_checked(tx, card, cause, details)
    blank = await numbering.find_blank(tx, details, market.area_id, product.id)
    more = {
        "number": card.number,
        "cause": cause.value,
        "identity_checked": checked,
        "new_card_id": blank.id if blank is not None else ids.new_id(),
        "new_number": numbering.typed_number(details),
        "media": numbering.typed_media(details),
    }
    fee = product.replacement_fee_minor
    return [named_line(LineKind.CARD_REPLACEMENT, fee, card, product, market, more)]


async def is_checked(
    tx: Tx, card: Any, cause: ReplacementCause, details: Mapping[str, Any]
) -> bool:
    """Whether the holder showed who he is. A damaged card without a holder proves itself."""
    if "document_marks" not in details:
        return card.holder_id is None and cause is ReplacementCause.DAMAGED
    await must_be_holder(tx, card, tuple(details["document_marks"]))
    return True


def named_line(
    kind: LineKind,
    amount: int,
    card: Any,
    product: Any,
    market: Market,
    more: Mapping[str, Any],
) -> Line:
    zh, en = product.name_zh, product.name_en
    return line_of(Priced(kind, zh, en, amount, card.id, product, more), market)


async def live_card(tx: Tx, card_id: str, market: Market) -> tuple[Any, Any]:
    """A card of this area that is somebody's, and its product."""
    card = await get(tx, card_id)
    dead = {MembershipStatus.LOST: Refusal.LOST, MembershipStatus.FROZEN: Refusal.LOCKED}
    if card.status not in LIVE or card.area_id != market.area_id:
        raise Refused(dead.get(MembershipStatus(card.status), Refusal.CARD_INACTIVE))
    return card, await get_product(tx, card.product_id)


Pricing = Callable[[Tx, Wanted, Mapping[str, Any], Market], Any]
PRICES: Mapping[LineKind, Pricing] = {
    LineKind.CARD_OPENING: price_opening,
    LineKind.CARD_TOP_UP: price_top_up,
    LineKind.CARD_RENEWAL: price_renewal,
    LineKind.CARD_REPLACEMENT: price_replacement,
}


# -- holding


async def held(tx: Tx, line: Line, market: Market) -> Line:
    """The line with what it reserved."""
    terms = dict(line.terms)
    if line.kind is LineKind.CARD_OPENING:
        number = await numbering.claim(
            tx, terms["card_id"], terms["number"], terms["media"], market
        )
        reserve(tx, line, terms["card_id"])
        return line._replace(terms={**terms, "number": number})
    if terms.get("is_opening"):
        return line
    card = await locked(tx, terms["card_id"])
    if line.kind is LineKind.CARD_REPLACEMENT:
        if not terms["identity_checked"]:
            raise Refused(Refusal.HOLDER_MISMATCH)
        await must_be_free(tx, card)
        number = await numbering.claim(
            tx, terms["new_card_id"], terms["new_number"], terms["media"], market
        )
        reserve(tx, line, terms["new_card_id"])
        terms["new_number"] = number
    else:
        found = await tx.rows(store.RESERVATIONS_OF, card=card.id)
        if any(row.purpose == LineKind.CARD_REPLACEMENT for row in found):
            raise Refused(Refusal.CARD_RESERVED)
    reserve(tx, line, card.id)
    return line._replace(terms=terms)


def reserve(tx: Tx, line: Line, card_id: str) -> None:
    tx.add(
        store.ADD_RESERVATION,
        order_line_id=line.id,
        membership_id=card_id,
        purpose=line.kind.value,
    )


for _kind in KINDS:
    register(_kind, offer=CardOffer())
