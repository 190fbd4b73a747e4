"""What stands in the form of a sale: tickets, slots, visitors, money. The form is the cart.

Field names: `on` the day; `slot.P` the slot of product P; `q.T` how many of ticket type T;
`leader` of a group; `c.T` a concession seen by eye; `v.T.N.name` and its like for the N-th ticket
of T; `add` and `take` one of a type (buttons without JavaScript).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from domain.commerce import orders
from domain.commerce.catalog import Sellable, SellableProduct, SellableType
from domain.commerce.orders import Visitor, VisitorInput, Wanted
from domain.kernel import money
from domain.kernel.errors import DomainError, InvalidInput, Message, say
from domain.kernel.vault import Vault
from webapp.forms import Typed

MOST_OF_ONE = 9_999
VISITOR_FIELDS = ("name", "document", "height", "proof")


class Chosen(NamedTuple):
    """One ticket type in the cart."""

    type: SellableType
    product: SellableProduct
    quantity: int
    slot_id: str | None

    @property
    def is_group(self) -> bool:
        return self.type.group_min > 0

    @property
    def names_needed(self) -> int:
        """Tickets that need a name: of a group only its leader's."""
        if not self.type.real_name:
            return 0
        return 1 if self.is_group else self.quantity


class Named(NamedTuple):
    """One visitor of the form: what was typed, and what is wrong with it."""

    prefix: str  # v.T.N
    label: SellableType
    number: int
    visitor: Visitor | None
    mistakes: Mapping[str, Message]


def chosen(typed: Typed, sellable: Sellable) -> list[Chosen]:
    """The cart. Types that are not sold any more are left out; wild numbers are cut."""
    cart = []
    for product in sellable.products:
        slot_id = slot_of(typed, product)
        for one in product.types:
            quantity = quantity_of(typed, one.id)
            if quantity > 0:
                cart.append(Chosen(one, product, quantity, slot_id))
    return cart


def slot_of(typed: Typed, product: SellableProduct) -> str | None:
    """The slot chosen for a product; else the first that still has a place."""
    if not product.slotted:
        return None
    wanted = typed.text(f"slot.{product.id}")
    if any(slot.id == wanted for slot in product.slots):
        return wanted
    free = [slot for slot in product.slots if slot.is_open and slot.left > 0]
    return free[0].id if free else None


def quantity_of(typed: Typed, type_id: str) -> int:
    text = typed.text(f"q.{type_id}").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    number += (typed.text("add") == type_id) - (typed.text("take") == type_id)
    return min(max(number, 0), MOST_OF_ONE)


def names_asked(typed: Typed, one: Chosen) -> int:
    """A group's leader may show a document also where none is needed."""
    shown = one.is_group and typed.text(f"v.{one.type.id}.0.document").strip()
    return max(one.names_needed, 1 if shown else 0)


def visitors_of(typed: Typed, one: Chosen, vault: Vault, today: date) -> list[Named]:
    """Those who must be named, checked one by one; the others of a mistake are kept."""
    found = []
    for number in range(names_asked(typed, one)):
        prefix = f"v.{one.type.id}.{number}"
        texts = {field: typed.text(f"{prefix}.{field}").strip() for field in VISITOR_FIELDS}
        if one.is_group and texts["document"]:
            texts["name"] = texts["name"] or typed.text("leader").strip()[:120]
        if not any(texts.values()):
            found.append(Named(prefix, one.type, number + 1, None, {}))
            continue
        try:
            visitor = orders.named(vault, _input(texts, one.type), today)
            found.append(Named(prefix, one.type, number + 1, visitor, {}))
        except InvalidInput as error:
            wrong = error.fields.get("document_number") or error.fields.get("height")
            field = "height" if "height" in error.fields else "document"
            found.append(Named(prefix, one.type, number + 1, None, {field: wrong or error.message}))
    return found


def wanted_of(typed: Typed, one: Chosen, named: Sequence[Named], visit_on: date) -> Wanted:
    """The cart's line as the domain asks for it."""
    concession = typed.text(f"c.{one.type.id}")
    if not concession and one.type.concession_only and one.type.concessions:
        concession = one.type.concessions[0].code
    return Wanted(
        one.type.id,
        one.quantity,
        visit_on,
        one.slot_id,
        tuple(each.visitor for each in named if each.visitor is not None),
        concession,
    )


def missing_names(named: Sequence[Named]) -> dict[str, Message]:
    """Fields that must be filled before the sale: every ticket of a named type has its person."""
    return {
        f"{each.prefix}.document": say("Please type or read the identity document.")
        for each in named
        if each.visitor is None and not each.mistakes
    }


def yuan(text: str) -> int | None:
    """An amount as typed at the till; None when the field is empty or no amount."""
    try:
        amount = money.from_text(text) if text.strip() else None
    except ValueError:
        return None
    return amount if amount is None or amount >= 0 else None


def said(error: DomainError) -> Message:
    """Why it cannot be priced: the first field's sentence says more than the general one."""
    if isinstance(error, InvalidInput) and error.fields:
        return next(iter(error.fields.values()))
    return error.message


def full_price(one: Chosen) -> int:
    price = one.type.prices.get(one.slot_id or "")
    return (price.minor or 0) * one.quantity if price else 0


def quick_amounts(total_minor: int) -> list[int]:
    """Notes that a visitor is likely to hand over: the exact amount, and round ones above it."""
    if total_minor == 0:
        return []
    steps = (1_000, 5_000, 10_000, 20_000)
    rounded = {-(-total_minor // step) * step for step in steps}
    return [total_minor, *sorted(rounded - {total_minor})][:4]


def _input(texts: Mapping[str, str], label: SellableType) -> VisitorInput:
    height = texts["height"]
    plain = height.isascii() and height.isdigit() and len(height) < 4
    if height and not (plain and 30 <= int(height) <= 250):
        raise InvalidInput({"height": say("A height in centimetres, like 118.")})
    proof_kinds = [one.proof_kind for one in label.concessions if one.proof_kind]
    return VisitorInput(
        texts["name"],
        texts["document"],
        height_cm=int(height) if height else None,
        proof=texts["proof"],
        proof_kind=proof_kinds[0] if texts["proof"] and proof_kinds else "",
    )
