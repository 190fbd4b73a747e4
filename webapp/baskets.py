"""What a visitor chooses without staff, priced: kiosks and the web shop keep it in a form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import catalog, orders
from domain.commerce.catalog import Sellable, SellableProduct
from domain.commerce.orders import Line, Wanted, members
from domain.commerce.orders.lines import Market
from domain.commerce.orders.members import Rate
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, InvalidInput, Message, Refused, say
from domain.kernel.vault import Vault
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.forms import Typed
from webapp.given_away import GivenAway, coupon_of, given_away, problem_with
from webapp.sale_form import Chosen, Named, chosen, full_price, said, visitors_of, wanted_of

DAYS_SHOWN = 7
MOST_AHEAD = 366
NOTHING_HELD: Mapping[str, int] = {}
MOST_TICKETS = 20  # of one visitor; more is a group, and a window's business


class Basket(NamedTuple):
    """What the visitor has chosen, priced."""

    visit_on: date
    days: Sequence[date]
    sellable: Sellable
    chosen: Sequence[Chosen]
    named: Sequence[Named]
    wanted: Sequence[Wanted]
    lines: Sequence[Line]
    unnamed_minor: int
    problem: Message | None
    rate: Rate | None = None  # of whoever pays less
    coupon: tuple[str, ...] = ()  # a code that was typed
    coupon_problem: Message | None = None

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines) + self.unnamed_minor

    def price_of(self, type_id: str, full_minor: int) -> int:
        """What one ticket costs this buyer that costs others `full_minor`."""
        return self.rate.of(type_id).price(full_minor) if self.rate else full_minor

    @property
    def given_away(self) -> list[GivenAway]:
        return given_away(self.lines)

    @property
    def tickets(self) -> int:
        return sum(one.quantity for one in self.chosen)

    @property
    def missing(self) -> list[Named]:
        """Visitors whose name or document is still needed."""
        return [one for one in self.named if one.visitor is None]

    @property
    def counts(self) -> dict[str, int]:
        return {one.type.id: one.quantity for one in self.chosen}


async def basket_of(
    tx: Tx,
    area_id: str,
    channel: Channel,
    typed: Typed,
    vault: Vault,
    now: datetime,
    held: Mapping[str, int] = NOTHING_HELD,
    member_id: str = "",
    phone_hash: str = "",
) -> Basket:
    """The form as the server understands it; a question. Tickets whose visitors are not named yet
    count at the price of those who need no proof. `held`: places by slot that are kept for this
    visitor; `member_id`: who pays less; `phone_hash`: of the phone that he leaves."""
    area = await places.get_place(tx, PlaceKind.AREA, area_id)
    today = local_day(now, ZoneInfo(area.time_zone))
    days = [today + timedelta(days=number) for number in range(DAYS_SHOWN)]
    visit_on = day_of(typed.text("on"), today)
    everything = await catalog.sellable(tx, area_id, channel, None, visit_on, now)
    sellable = with_held(for_visitors(everything), held)
    cart = chosen(typed, sellable)
    named = {one.type.id: visitors_of(typed, one, vault, today) for one in cart}
    whole = [one for one in cart if all(each.visitor for each in named[one.type.id])]
    wanted = {one.type.id: wanted_of(typed, one, named[one.type.id], visit_on) for one in cart}
    lines: Sequence[Line] = ()
    problem: Message | None = None
    coupon, wrong = coupon_of(typed), None
    if whole:
        asked = [wanted[one.type.id] for one in whole]
        try:
            place = (area_id, channel, None)
            lines = await orders.quote(tx, *place, asked, now, member_id, coupon, phone_hash)
            if len(whole) == len(cart):
                wrong = await problem_with(tx, area_id, coupon, lines)
        except DomainError as error:
            problem = said(error)
    rate, refused = await rate_of(tx, Market(area_id, channel, None, now, member_id=member_id))
    everybody = [each for one in cart for each in named[one.type.id]]
    asked_all = list(wanted.values())
    chosen_so = (visit_on, days, sellable, cart, everybody, asked_all)
    basket = Basket(*chosen_so, lines, 0, refused or problem, rate, coupon, wrong)
    return basket._replace(
        unnamed_minor=sum(unnamed(basket, one) for one in cart if one not in whole)
    )


async def rate_of(tx: Tx, market: Market) -> tuple[Rate | None, Message | None]:
    """What whoever buys pays less, or why they may not buy."""
    try:
        return await members.rate_of(tx, market), None
    except Refused as refused:
        return None, refused.message


def unnamed(basket: Basket, one: Chosen) -> int:
    """What tickets cost until it is known who comes on them."""
    return basket.price_of(one.type.id, full_price(one) // one.quantity) * one.quantity


def day_of(text: str, today: date) -> date:
    """The day that was chosen, within a year; else today. How far ahead is each product's rule."""
    try:
        chosen = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return chosen if 0 <= (chosen - today).days <= MOST_AHEAD else today


def with_held(sold: Sellable, held: Mapping[str, int]) -> Sellable:
    """With the places that are kept for one visitor, as he sees them."""
    if not held:
        return sold
    products = [
        product._replace(
            slots=[slot._replace(left=slot.left + held.get(slot.id, 0)) for slot in product.slots]
        )
        for product in sold.products
    ]
    return sold._replace(products=products)


def for_visitors(sold: Sellable) -> Sellable:
    """Without the types of groups."""
    products: list[SellableProduct] = []
    for product in sold.products:
        types = [one for one in product.types if not one.group_min]
        if types:
            products.append(product._replace(types=types))
    return sold._replace(products=products)


def counted(typed: Typed, sellable: Sellable, type_id: str, by: int) -> Typed:
    """One more or less of a type that is sold; visitors of tickets that are gone are forgotten."""
    known = {one.id for product in sellable.products for one in product.types}
    if type_id not in known:
        return typed
    text = typed.text(f"q.{type_id}")
    number = max(0, (int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0) + by)
    gone = [name for name in typed.values if name.startswith(f"v.{type_id}.{number}.")]
    return with_texts(typed, **{f"q.{type_id}": str(number or "")}, **dict.fromkeys(gone, ""))


def slot_chosen(typed: Typed, product: SellableProduct) -> str:
    """The slot that is marked: the one chosen, else the first that still has places."""
    wanted = typed.text(f"slot.{product.id}")
    free = [slot.id for slot in product.slots if slot.is_open and slot.left > 0]
    return wanted if wanted in free else next(iter(free), "")


def check_whole(basket: Basket) -> None:
    """Raises InvalidInput unless everything is chosen and everybody named."""
    if not basket.wanted:
        raise InvalidInput({}, say("Choose at least one ticket."))
    if basket.missing:
        raise InvalidInput({}, say("Please type or read the identity document."))
    if basket.problem is not None:
        raise InvalidInput({}, basket.problem)


def with_texts(typed: Typed, **texts: str) -> Typed:
    """The same with other texts in these fields; an empty one is none."""
    values = {name: found for name, found in typed.values.items() if name not in texts}
    return replace(typed, values=values | {name: [text] for name, text in texts.items() if text})
