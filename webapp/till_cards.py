"""What the window's pages about member cards share: the card of this till's area, selling its
lines, what a reader read of a blank one, and the card's own page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships, products
from domain.cards.memberships import CardMediumKind, Detail, Holder, MembershipStatus, ReturnStatus
from domain.cards.products import WITH_BALANCE
from domain.commerce import capacity, orders, payments, refunds
from domain.commerce.orders import Line, Order, Sale, Wanted
from domain.commerce.refunds import Refund
from domain.kernel import clock, identity
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.kernel.vault import Vault
from domain.operation import files
from domain.operation.staff import Permission
from webapp import card_words, htmx, pictures
from webapp.forms import BLANK, Typed
from webapp.office_orders import name_of
from webapp.parts import db_of, staff_of, vault_of
from webapp.rendering import render
from webapp.till import Till, strip_of
from webapp.till_orders import cash_due

MOST_ENTRIES = 30
UID_LENGTHS = frozenset({8, 14, 20})
Media = list[tuple[CardMediumKind, str]]


class Read(NamedTuple):
    """A card that was put on the reader, or its number typed."""

    number: str = ""
    media: Sequence[tuple[CardMediumKind, str]] = ()


async def card_at(tx: Tx, till: Till, card_id: str) -> Detail:
    """A card of the till's area; others are not this cashier's to see."""
    found = await memberships.detail(tx, card_id)
    if found.card.area_id != till.area.id:
        raise NotFound()
    return found


async def cards_found(tx: Tx, till: Till, vault: Vault, typed: str) -> list[Any]:
    """Cards of this area by number, what a reader read, phone, document or name."""
    found = await memberships.find(tx, memberships.search_for(vault, typed))
    return [row for row in found if row.area_id == till.area.id]


async def blank_read(tx: Tx, text: str) -> Read:
    """The blank card that was read: one that is known by its number, else a chip or a barcode."""
    plain = text.strip()
    if not plain:
        return Read()
    if await memberships.area_of_number(tx, plain):
        return Read(plain)
    bare = "".join(one for one in plain if one not in " :-")
    is_uid = len(bare) in UID_LENGTHS and all(one in "0123456789abcdefABCDEF" for one in bare)
    return Read("", [(CardMediumKind.NFC if is_uid else CardMediumKind.BARCODE, plain)])


def marks_of(request: Request, document: str) -> tuple[str, ...]:
    """The keyed marks of a document that is shown; none for an empty field."""
    plain = identity.normalise(document)
    return vault_of(request).fingerprints("document", plain) if plain else ()


async def photo_of(request: Request, till: Till, typed: Typed) -> str | None:
    """The photo that was taken or chosen, kept for staff only; one that was kept before it when
    the form comes again."""
    if any(one.filename for one in typed.files.get("photo", [])):
        content = await pictures.uploaded(typed, "photo")
        name = "card-holder.webp"
        kept: str = await db_of(request).act(_keep, till, name, content, clock.utc_now())
        return kept
    known = typed.text("photo_file_id")
    if not known:
        return None
    await db_of(request).ask(files.get, known)
    return known


async def _keep(tx: Tx, till: Till, name: str, content: bytes, now: datetime) -> str:
    return await files.add_picture(
        tx, till.actor, name, content, now, field="photo", is_public=False
    )


async def priced(tx: Tx, till: Till, wanted: Wanted) -> Sequence[Line]:
    """What it would cost; takes nothing."""
    return await orders.quote(
        tx, till.area.id, Channel.WINDOW, till.window.id, [wanted], clock.utc_now()
    )


async def sell(
    request: Request, till: Till, wanted: Wanted, request_id: str, holders: Sequence[Holder] = ()
) -> Response:
    """Hold the order and lead to its payment; what costs nothing is done at once."""
    sale = Sale(request_id, till.area.id, Channel.WINDOW, (wanted,), window_id=till.window.id)
    order: Order = await db_of(request).act(
        memberships.sell,
        sale,
        holders,
        till.actor,
        clock.utc_now(),
        lane=capacity.lane(till.area.id),
    )
    path = request.app.state.addresses.path
    if order.paid_at:
        return htmx.redirect(request, path("window.orders.done", order_id=order.id))
    return htmx.redirect(request, path("window.payments.new", order_id=order.id))


def must_have_balance(found: Detail) -> None:
    """Raises InvalidInput for a card that only opens gates."""
    if found.card.kind not in WITH_BALANCE:
        raise InvalidInput({"amount_minor": say("This card has no balance.")})


async def context_of(request: Request, till: Till, found: Detail | None = None) -> dict[str, Any]:
    """What every page about cards needs; with a card, what its panel shows."""
    context: dict[str, Any] = {
        "till": till,
        "strip": await strip_of(request, till),
        "name_of": name_of,
        "may_return": staff_of(request).may(Permission.SALES_REFUND, till.window.id),
    }
    return context | (card_words.panel(found) if found else {})


async def card_page(
    request: Request, till: Till, card_id: str, *, form: Typed = BLANK, status: int = 200
) -> Response:
    """The card with what it holds and what was done with it; `form` says what is wrong."""

    async def looked_up(tx: Tx) -> dict[str, Any]:
        found = await card_at(tx, till, card_id)
        last = await memberships.statement(tx, card_id, most=MOST_ENTRIES * 3)
        return {
            "found": found,
            "entries": card_words.entries(last)[:MOST_ENTRIES],
            "returns": await memberships.returns(tx, card_id),
            "refunds": await refunds_of(tx, found),
            "waiting": await memberships.waiting_orders(tx, card_id),
            "numbers": await memberships.numbers_of(
                tx, [one for one in (found.card.replaces_id, found.card.replaced_by_id) if one]
            ),
        }

    looked = await db_of(request).ask(looked_up)
    state = MembershipStatus(looked["found"].card.status)
    context = {
        **await context_of(request, till, looked["found"]),
        **looked,
        "form": form,
        "return_state": ReturnStatus,
        "acts": card_words.acts_for(looked["found"], state),
    }
    return render(request, "window/cards/show.html", context, status=status)


async def refunds_of(tx: Tx, found: Detail) -> list[tuple[Refund, int]]:
    """What went back for the card's lots, with the cash that waits to be handed over."""
    order_ids = sorted({lot.order_id for lot in found.lots if lot.order_id})
    made = []
    for order_id in order_ids:
        due = cash_due(await payments.payouts.payouts_of_order(tx, order_id))
        made += [(one, due.get(one.id, 0)) for one in await refunds.refunds_of(tx, order_id)]
    return made


async def on_sale(tx: Tx, till: Till) -> list[Any]:
    return await products.on_sale(tx, till.area.id, Channel.WINDOW)
