"""Ticket types: the list, the editor with its price calendar, versions."""

from itertools import pairwise
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.commerce.catalog import TicketTypeInput, TicketTypeStatus
from domain.commerce.catalog.model import GateMode, TicketKind, Validity
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.staff import Permission, people
from webapp import (
    forms,
    htmx,
    i18n,
    office_orders,
    price_calendar,
    site,
    ticket_type_forms,
    ticket_type_words,
)
from webapp.form_fields import Clock, Id, Line, LongLine
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.shown import Change, Happening
from webapp.weekdays import weekdays
from webapp.words import choices

SEE, EDIT = Permission.CATALOG_SEE, Permission.CATALOG_EDIT
MOST = 200
STATUS_ACTS = {
    "pause": TicketTypeStatus.PAUSED,
    "resume": TicketTypeStatus.ON_SALE,
    "retire": TicketTypeStatus.RETIRED,
}


class FilterForm(Form):
    q: Line = ""
    area_id: Id | None = None
    retired: bool = False


class Sending(Form):
    """Which button it was, of which version, and why."""

    to: Line = "save"
    version: int = 0
    reason: LongLine = ""
    month: Line = ""


class SeenForm(Form):
    """Whose prices the calendar shows."""

    channel: Channel = Channel.WINDOW
    slot: Clock | None = None


class Editing(NamedTuple):
    """What the editor shows around its form."""

    row: Any
    draft: Any
    document: dict[str, Any]
    published: dict[str, Any] | None
    policies: dict[str, str]
    product: Any
    history: list[Happening]
    names: dict[str, str]


async def index(request: Request) -> Response:
    typed, staff = forms.read_query(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str], dict[str, str], str]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        area_id = wanted.area_id if wanted.area_id in areas else next(iter(areas), "")
        rows = await catalog.list_ticket_types(
            tx, area_id, wanted.q, retired=wanted.retired, most=MOST
        )
        products = await catalog.list_products(tx, area_id, retired=True, most=MOST)
        return rows, areas, {row.id: name_of(row) for row in products}, area_id

    rows, areas, products, area_id = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "rows": rows,
        "areas": areas,
        "area_id": area_id,
        "products": products,
        "name_of": name_of,
        "status_of": lambda row: TicketTypeStatus(row.status),
        "channel_of": Channel,
        "may_edit": staff.may(EDIT),
        "query": {"q": typed.text("q"), "area_id": area_id, "retired": typed.text("retired")},
    }
    return render(request, "office/ticket_types/index.html", context, fragment="list")


async def new(request: Request) -> Response:
    """Which product it is for comes with the address; the list of products leads here."""
    product_id = request.query_params.get("product", "")
    return await _new_page(request, ticket_type_forms.typed_of(_blank()), product_id)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    product_id = typed.text("product_id")
    product = await db_of(request).ask(catalog.get_product, product_id)
    staff_of(request).must(EDIT, product.area_id)
    try:
        given = ticket_type_forms.input_of(typed, {}, [])
        type_id = await db_of(request).act(
            catalog.add_ticket_type, product_id, given, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _new_page(request, typed.refused(error), product_id, status=422)
    return htmx.redirect(request, _address(request, type_id))


async def show(request: Request) -> Response:
    editing = await _editing(request)
    form = ticket_type_forms.typed_of(editing.document)
    return _page(request, editing, form, request.query_params.get("month", ""))


def _seen(request: Request) -> price_calendar.Seen:
    """Whose prices the calendar is asked for; those of the windows when that makes no sense."""
    try:
        asked = forms.parse(SeenForm, forms.read_query(request))
    except InvalidInput:
        return price_calendar.AT_WINDOWS
    return price_calendar.Seen(asked.channel, f"{asked.slot:%H:%M}" if asked.slot else None)


async def update(request: Request) -> Response:
    """Every button of the editor: they all keep what was typed in a draft first."""
    typed, editing = await forms.read(request), await _editing(request)
    staff_of(request).must(EDIT, editing.row.area_id)
    try:
        sent = forms.parse(Sending, typed)
        await _carry_out(request, editing, typed, sent)
    except (InvalidInput, Conflict) as error:
        month = typed.text("month")
        return _page(request, editing, typed.refused(error), month, status=422)
    address = _address(request, editing.row.id, {"month": sent.month} if sent.month else {})
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def _carry_out(request: Request, editing: Editing, typed: Typed, sent: Sending) -> None:
    type_id, actor, now = editing.row.id, actor_of(request), clock.utc_now()
    db = db_of(request)
    if sent.to == "discard":
        await db.act(catalog.discard_draft, type_id, actor, now)
    elif sent.to in STATUS_ACTS:
        await db.act(catalog.set_status, type_id, STATUS_ACTS[sent.to], actor, now)
    else:
        given = ticket_type_forms.input_of(typed, editing.document, _prices(editing, typed, sent))
        await db.act(_save, type_id, given, sent, actor)


async def _save(tx: Tx, type_id: str, given: TicketTypeInput, sent: Sending, actor: Any) -> None:
    now = clock.utc_now()
    await catalog.save_draft(tx, type_id, given, actor, now, version=sent.version)
    if sent.to == "submit":
        await catalog.submit(tx, type_id, actor, now, sent.reason)


def _prices(editing: Editing, typed: Typed, sent: Sending) -> list[dict[str, Any]]:
    """The draft's price rules without those that were ticked, and with what was set."""
    kept = [
        rule
        for number, rule in enumerate(editing.document.get("prices", ()))
        if not typed.has("remove", rule["id"] or str(number))
    ]
    way, _, closed = sent.to.partition("_")
    if way not in ("days", "weekdays", "list"):
        return kept
    names = {f"set_{name}": name for name in price_calendar.Chosen.model_fields}
    values = {plain: typed.texts(name) for name, plain in names.items()}
    try:
        chosen = forms.parse(price_calendar.Chosen, Typed(values))
        rules = price_calendar.new_rules(chosen, way, closed=closed == "closed")
        return price_calendar.added(kept, rules)
    except InvalidInput as error:
        message = next(iter(error.fields.values()), None)
        marked = {f"set_{name}": each for name, each in error.fields.items()}
        raise InvalidInput(marked, message) from None


async def versions(request: Request) -> Response:
    type_id, staff = request.path_params["ticket_type_id"], staff_of(request)

    async def looked_up(tx: Tx) -> tuple[Any, list[Any], dict[str, str], dict[str, str]]:
        row = await catalog.get_ticket_type(tx, type_id)
        staff.must(SEE, row.area_id)
        found = await catalog.versions_of(tx, type_id)
        who = {one for each in found for one in (each.made_by, each.approved_by) if one}
        policies = await catalog.list_policies(tx, retired=True)
        return (
            row,
            found,
            await people.names(tx, sorted(who)),
            {policy.id: name_of(policy) for policy in policies},
        )

    row, found, names, policies = await db_of(request).ask(looked_up)
    changes: dict[int, list[Change]] = {
        later.version: ticket_type_words.changes_between(
            earlier.document,
            later.document,
            policies,
            clock.local_day(later.published_at, site.current().zone),
        )
        for later, earlier in pairwise(found)
    }
    context = {
        "row": row,
        "versions": found,
        "names": names,
        "changes": changes,
        "name_of": name_of,
    }
    return render(request, "office/ticket_types/versions.html", context)


async def _editing(request: Request) -> Editing:
    type_id, staff = request.path_params["ticket_type_id"], staff_of(request)

    async def looked_up(tx: Tx) -> Editing:
        row = await catalog.get_ticket_type(tx, type_id)
        staff.must(SEE, row.area_id)
        draft = await catalog.get_draft(tx, type_id)
        found = await catalog.versions_of(tx, type_id)
        policies = await catalog.list_policies(tx)
        return Editing(
            row,
            draft,
            await catalog.document_of(tx, type_id),
            dict(found[0].document) if found else None,
            {policy.id: name_of(policy) for policy in policies},
            await catalog.get_product(tx, row.product_id),
            await history_of(tx, "ticket_type", type_id),
            await people.names(tx, [draft.saved_by] if draft else []),
        )

    return await db_of(request).ask(looked_up)


def _page(
    request: Request, editing: Editing, form: Typed, month: str, status: int = 200
) -> Response:
    staff, today = staff_of(request), site.today()
    first = ticket_type_forms.month_of(month, today)
    waits = editing.draft is not None and editing.draft.approval_id is not None
    published, seen = editing.published, _seen(request)
    changes = (
        ticket_type_words.changes_between(published, editing.document, editing.policies, today)
        if published and editing.draft
        else []
    )
    context = {
        **editing._asdict(),
        **_choices(),
        "form": form,
        "state": TicketTypeStatus(editing.row.status),
        "first": first,
        "before": price_calendar.month_before(first),
        "after": price_calendar.next_month(first),
        "weeks": price_calendar.month(first, editing.document, published, seen),
        "seen": seen,
        "channel_of": Channel,
        "concessions": ticket_type_forms.known_concessions(editing.document),
        "changes": changes,
        "waits": waits,
        "may_edit": staff.may(EDIT, editing.row.area_id)
        and not waits
        and editing.row.status != TicketTypeStatus.RETIRED,
        "weekdays": weekdays(),
    }
    fragment = "calendar" if request.method == "GET" else None
    return render(
        request, "office/ticket_types/edit.html", context, fragment=fragment, status=status
    )


async def _new_page(request: Request, form: Typed, product_id: str, status: int = 200) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> tuple[dict[str, str], dict[str, str]]:
        products: dict[str, str] = {}
        for area_id in await office_orders.areas_for(tx, staff, EDIT):
            rows = await catalog.list_products(tx, area_id, most=MOST)
            products |= {row.id: name_of(row) for row in rows}
        policies = await catalog.list_policies(tx)
        return products, {policy.id: name_of(policy) for policy in policies}

    products, policies = await db_of(request).ask(looked_up)
    if product_id:
        form = Typed({**form.values, "product_id": [product_id]}, {}, form.errors, form.message)
    context = {
        **_choices(),
        "form": form,
        "products": products,
        "policies": policies,
        "concessions": ticket_type_forms.known_concessions({}),
        "may_edit": True,
        "row": None,
    }
    return render(request, "office/ticket_types/new.html", context, status=status)


def _blank() -> dict[str, Any]:
    fields = ticket_type_forms.TypeForm.model_fields
    return {
        name: field.get_default() for name, field in fields.items() if not field.is_required()
    } | {"channels": list(Channel)}


def _choices() -> dict[str, Any]:
    return {
        "name_of": name_of,
        "labels": ticket_type_words.LABELS,
        "kinds": choices(TicketKind),
        "modes": choices(GateMode),
        "validities": choices(Validity),
        "channels": choices(Channel),
        "media": [("paper", say("Paper")), ("phone", say("E-ticket"))],
    }


def _address(request: Request, type_id: str, query: dict[str, str] | None = None) -> str:
    path: str = request.app.state.addresses.path(
        "ticket_types.show", ticket_type_id=type_id, query=query or {}
    )
    return path


ONE = "/office/ticket-types/{ticket_type_id}"
POST = ["POST"]
routes = [
    page("/office/ticket-types", index, name="ticket_types.index", permission=SEE),
    page("/office/ticket-types", create, name="ticket_types.create", permission=EDIT, methods=POST),
    page("/office/ticket-types/new", new, name="ticket_types.new", permission=EDIT),
    page(ONE, show, name="ticket_types.show", permission=SEE),
    page(ONE, update, name="ticket_types.update", permission=EDIT, methods=POST),
    page(f"{ONE}/versions", versions, name="ticket_types.versions", permission=SEE),
]
