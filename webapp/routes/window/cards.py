"""Member cards at a window: found by reader or by hand, looked at, opened.

What is read or typed comes as a form: no chip's number and no document stands in an address.
"""

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships, products
from domain.cards.memberships import Holder, HolderInput
from domain.cards.products import WITH_BALANCE, bonus_for
from domain.commerce.orders import Wanted
from domain.kernel import clock, ids
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, DomainError, InvalidInput, NotFound, Refused
from domain.operation.staff import Permission
from webapp import card_prints, forms, htmx, i18n, security, till_cards
from webapp.form_fields import Id, Line, Yuan
from webapp.forms import BLANK, Form, Typed
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till
from webapp.till_cards import blank_read, card_page, cards_found, context_of, photo_of

MOST_CHARACTERS = 128
SELL = Permission.SALES_SELL


class OpeningForm(Form):
    request_id: Annotated[str, StringConstraints(max_length=64)]
    product_id: Id
    name: Line = ""
    phone: Line = ""
    document_number: Line = ""
    medium: Annotated[str, StringConstraints(max_length=64)] = ""
    amount_minor: Yuan = 0


async def index(request: Request, till: Till) -> Response:
    """The search field, and what cards are on sale."""
    return await _index(request, till, BLANK, None)


async def find(request: Request, till: Till) -> Response:
    """Look for what was read or typed; the only card that fits opens at once."""
    typed = await forms.read(request)
    wanted = typed.text("q").strip()[:MOST_CHARACTERS]
    if not wanted:
        return await _index(request, till, typed, None)
    rows = await db_of(request).ask(cards_found, till, vault_of(request), wanted)
    if len(rows) == 1:
        path = request.app.state.addresses.path
        return htmx.redirect(request, path("window.cards.show", card_id=rows[0].id))
    return await _index(request, till, typed, rows)


async def show(request: Request, till: Till) -> Response:
    return await card_page(request, till, request.path_params["card_id"])


async def slip(request: Request, till: Till) -> Response:
    """What the card holds, for its holder's purse."""
    card_id, now = request.path_params["card_id"], clock.utc_now()
    pdf = await card_prints.slip_pdf(request, till, card_id, now)
    security.allow_framing(request)
    headers = {"Content-Disposition": 'inline; filename="card.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def new(request: Request, till: Till) -> Response:
    """What a card of a product costs, with the bonus of a first top-up."""
    query = forms.read_query(request)
    typed = Typed({**query.values, "request_id": [ids.new_id()]})
    return await _form(request, till, typed)


async def create(request: Request, till: Till) -> Response:
    """Hold the order that opens the card, and take the money on the next page."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(OpeningForm, typed)
        product = await db_of(request).ask(_product, till, wanted.product_id)
        photo = await photo_of(request, till, typed) if product.is_named else None
        typed = Typed({**typed.values, "photo_file_id": [photo] if photo else []})
        holder = _holder(request, till, wanted, photo) if product.is_named else None
        line = await _line(request, till, wanted, holder)
        holders = [holder] if holder else []
        return await till_cards.sell(request, till, line, wanted.request_id, holders)
    except (InvalidInput, Refused, Conflict) as error:
        return await _form(request, till, typed, error)


async def _line(request: Request, till: Till, wanted: OpeningForm, holder: Holder | None) -> Wanted:
    read = await db_of(request).ask(blank_read, wanted.medium)
    return memberships.opening(
        wanted.product_id,
        local_day(till.now, till.zone),
        holder=holder,
        number=read.number,
        media=read.media,
        top_up_minor=wanted.amount_minor,
    )


FIELDS = {"number": "medium", "media": "medium", "amount": "amount_minor"}


def renamed(error: DomainError) -> DomainError:
    """The domain's fields as the forms of this face call them."""
    if not isinstance(error, InvalidInput):
        return error
    fields = {FIELDS.get(name, name): said for name, said in error.fields.items()}
    return InvalidInput(fields, error.message)


def _holder(request: Request, till: Till, wanted: OpeningForm, photo: str | None) -> Holder:
    given = HolderInput(wanted.name, wanted.phone, wanted.document_number, photo, i18n.current())
    today = local_day(till.now, till.zone)
    return memberships.holder(vault_of(request), given, wanted.request_id, today)


async def _product(tx: Tx, till: Till, product_id: str) -> Any:
    product = await products.get_product(tx, product_id)
    if product.area_id != till.area.id:
        raise NotFound()
    return product


async def _index(request: Request, till: Till, form: Typed, rows: list[Any] | None) -> Response:
    context = {
        **await context_of(request, till),
        "form": form,
        "rows": rows,
        "products": await db_of(request).ask(till_cards.on_sale, till),
        "kind_of": products.CardKind,
        "state_of": memberships.MembershipStatus,
    }
    return render(request, "window/cards/index.html", context)


async def _form(
    request: Request, till: Till, form: Typed, error: DomainError | None = None
) -> Response:
    product = await db_of(request).ask(_product, till, form.text("product_id"))
    top_up = _typed_yuan(form)
    security.allow_scanning(request)
    context = {
        **await context_of(request, till),
        "form": form.refused(renamed(error)) if error else form,
        "product": product,
        "kind": products.CardKind(product.kind),
        "has_balance": product.kind in WITH_BALANCE,
        "top_up_minor": top_up,
        "bonus_minor": bonus_for(product.top_ups, top_up),
        "total_minor": product.price_minor + product.deposit_minor + top_up,
        "tiers": sorted(product.top_ups, key=lambda tier: int(tier["amount_minor"])),
    }
    status = 422 if error else 200
    return render(request, "window/cards/new.html", context, fragment="due", status=status)


def _typed_yuan(form: Typed) -> int:
    """What is typed as a top-up, as far as it is an amount."""
    try:
        return forms.parse(TopUpPart, form).amount_minor
    except InvalidInput:
        return 0


class TopUpPart(Form):
    amount_minor: Yuan = 0


AT, POST = "/window/cards", ["POST"]
routes = [
    page(AT, at_till(index), name="window.cards.index", permission=SELL),
    page(AT, at_till(create), methods=POST, name="window.cards.create", permission=SELL),
    page(f"{AT}/finds", at_till(find), methods=POST, name="window.cards.find", permission=SELL),
    page(f"{AT}/new", at_till(new), name="window.cards.new", permission=SELL),
    page(f"{AT}/{{card_id}}", at_till(show), name="window.cards.show", permission=SELL),
    page(
        f"{AT}/{{card_id}}/slip.pdf", at_till(slip), name="window.card_slips.show", permission=SELL
    ),
]
