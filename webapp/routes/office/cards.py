"""Member cards in the office: the list and the search, one card with all that happened to it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import faces
from domain.admission.faces import Owner
from domain.cards import memberships, products
from domain.cards.memberships import Detail, MembershipStatus, Rights
from domain.kernel import clock, ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.operation import approvals, places
from domain.operation.approvals import ApprovalStatus
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import card_words, forms, htmx, i18n, office_orders, paging, site
from webapp.form_fields import Count, Day, Id, Line, LongLine, Version
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_cards import FilterForm
from webapp.office_orders import name_of
from webapp.paging import Page
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, EDIT = Permission.CARDS_SEE, Permission.CARDS_EDIT
MOST_ENTRIES = 200


class ReasonForm(Form):
    reason: LongLine


class HolderForm(Form):
    version: Version
    name: Line
    phone: Line = ""


class RightsForm(Form):
    last_on: Day | None = None
    daily_entries: Count = 0
    passback_minutes: Count = 0
    opens_area: bool = False
    spots: list[Id] = []  # noqa: RUF012  # pydantic copies it
    reason: LongLine


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()
    now, cut = clock.utc_now(), paging.cut(asked)

    async def listed(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        area_id = wanted.area_id if wanted.area_id in areas else next(iter(areas), "")
        kinds = await products.list_products(tx, area_id, True)
        found = {"areas": areas, "products": {row.id: row for row in kinds}}
        if wanted.q:
            rows = await memberships.find(tx, memberships.search_for(vault_of(request), wanted.q))
            return found | {"rows": [row for row in rows if row.area_id in areas]}
        if wanted.ending is not None:
            until = now + timedelta(days=min(wanted.ending, 3_650))
            return found | {"rows": await memberships.list_ending(tx, area_id, now, until, cut)}
        rows = await memberships.list_cards(
            tx,
            area_id,
            cut,
            status=wanted.status,
            product_id=wanted.product_id,
            level=wanted.level,
        )
        return found | {"rows": rows}

    found = await db_of(request).ask(listed)
    names = {key: name_of(row) for key, row in found["products"].items()}
    context = {
        "form": typed,
        "page": page_of(found["rows"], wanted, asked),
        "areas": found["areas"],
        "products": names,
        "levels": _levels(found["products"].values()),
        "statuses": choices(MembershipStatus),
        "state_of": MembershipStatus,
        "query": {name: typed.text(name) for name in FilterForm.model_fields if typed.text(name)},
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/cards/index.html", context, fragment="list")


def page_of(rows: list[Any], wanted: FilterForm, asked: paging.Cursor | None) -> Page[Any]:
    if wanted.q:
        return Page(rows)
    if wanted.ending is not None:
        return paging.page_of(rows, asked, key=lambda row: (row.valid_until, row.id))
    return paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id))


def _levels(rows: Any) -> list[tuple[int, str]]:
    """Levels by their number, as the first product that has them names them."""
    named: dict[int, str] = {}
    for row in rows:
        for number, level in enumerate(products.levels_of(row.levels), start=1):
            named.setdefault(number, card_words.level_name(level))
    return sorted(named.items())


async def show(request: Request) -> Response:
    return await _page(request, BLANK)


async def freeze(request: Request) -> Response:
    return await _with_reason(request, memberships.freeze)


async def unfreeze(request: Request) -> Response:
    return await _with_reason(request, memberships.unfreeze)


async def lose(request: Request) -> Response:
    """Somebody calls: the card is lost. Lifting it needs the holder in person, at a window."""
    return await _with_reason(request, memberships.report_loss)


async def _with_reason(request: Request, act: Any) -> Response:
    typed, card = await forms.read(request), await _editable(request)
    try:
        reason = forms.parse(ReasonForm, typed).reason
        await db_of(request).act(act, card.id, reason, actor_of(request), clock.utc_now())
    except (InvalidInput, Conflict, Refused) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, card.id, i18n.here(say("Saved.")))


async def remind(request: Request) -> Response:
    """Send the reminder of its end once more."""
    card = await _editable(request)
    try:
        await db_of(request).act(
            memberships.remind_again, card.id, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, BLANK.refused(error), status=422)
    return _shown(request, card.id, i18n.here(say("The reminder is on its way.")))


async def edit_holder(request: Request) -> Response:
    """Name and phone; the document stays what it was checked to be."""
    typed, card = await forms.read(request), await _editable(request)
    try:
        wanted = forms.parse(HolderForm, typed)
        known = await db_of(request).ask(memberships.get_holder, card.holder_id or "")
        given = memberships.edited_holder(vault_of(request), known, wanted.name, wanted.phone)
        await db_of(request).act(
            memberships.edit_holder,
            known.id,
            given,
            wanted.version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, card.id, i18n.here(say("Saved.")))


async def propose_rights(request: Request) -> Response:
    """Ask another person for other rights, or another end."""
    typed, card = await forms.read(request), await _editable(request)
    try:
        wanted = forms.parse(RightsForm, typed)
        await db_of(request).act(_propose, card.id, wanted, actor_of(request))
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, card.id, i18n.here(say("Asked for: another person approves it.")))


async def _propose(tx: Tx, card_id: str, wanted: RightsForm, actor: Any) -> str:
    card = (await memberships.detail(tx, card_id)).card
    spots = await _spots(tx, card.area_id)
    bits = int(wanted.opens_area)
    for spot in spots:
        bits |= (1 << spot.scope_bit) if spot.id in wanted.spots else 0
    area = await places.get_place(tx, PlaceKind.AREA, card.area_id)
    until: datetime | None = None
    if wanted.last_on is not None:
        until = clock.day_bounds(wanted.last_on, ZoneInfo(area.time_zone))[1]
    rights = Rights(bits, wanted.daily_entries, wanted.passback_minutes, until)
    return await memberships.propose_rights(
        tx, card_id, rights, wanted.reason, actor, clock.utc_now()
    )


async def _spots(tx: Tx, area_id: str) -> list[Any]:
    return [row for row in await places.list_places(tx, PlaceKind.SPOT) if row.area_id == area_id]


async def _editable(request: Request) -> Any:
    found: Detail = await db_of(request).ask(memberships.detail, request.path_params["card_id"])
    staff_of(request).must(EDIT, found.card.area_id)
    return found.card


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    card_id, staff = request.path_params["card_id"], staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        found = await memberships.detail(tx, card_id)
        card = found.card
        staff.must(SEE, card.area_id)
        linked = [one for one in (card.replaces_id, card.replaced_by_id) if one]
        asked = await approvals.worklist.about(tx, "membership", card_id)
        return {
            "found": found,
            "entries": card_words.entries(
                await memberships.statement(tx, card_id, most=MOST_ENTRIES)
            ),
            "returns": await memberships.returns(tx, card_id),
            "numbers": await memberships.numbers_of(tx, linked),
            "asked": [one for one in asked if one.status == ApprovalStatus.REQUESTED],
            "spots": await _spots(tx, card.area_id),
            "history": await history_of(tx, "membership", card_id),
            "face": await faces.of(tx, Owner.CARD, card_id),
        }

    looked = await db_of(request).ask(looked_up)
    card = looked["found"].card
    context = {
        **looked,
        **card_words.panel(looked["found"]),
        "form": form,
        "name_of": name_of,
        "return_state": memberships.ReturnStatus,
        "request_id": ids.new_id(),
        "last_day": _last_day(card),
        "may_edit": staff.may(EDIT, card.area_id),
        "may_see_ledger": staff.may(Permission.LEDGER_SEE, card.area_id),
    }
    return render(request, "office/cards/show.html", context, status=status)


def _last_day(card: Any) -> str:
    """The last whole day on which it is good, as a date field shows it."""
    if card.valid_until is None:
        return ""
    local = card.valid_until - timedelta(seconds=1)
    return clock.local_day(local, site.current().zone).isoformat()


def _shown(request: Request, card_id: str, said: str) -> Response:
    address = request.app.state.addresses.path("cards.show", card_id=card_id)
    return htmx.toast(htmx.redirect(request, address), said)


ALL, ONE, POST = "/office/cards", "/office/cards/{card_id}", ["POST"]
routes = [
    page(ALL, index, name="cards.index", permission=SEE),
    page(ONE, show, name="cards.show", permission=SEE),
    page(f"{ONE}/freeze", freeze, name="card_freezes.create", permission=EDIT, methods=POST),
    page(f"{ONE}/unfreeze", unfreeze, name="card_freezes.delete", permission=EDIT, methods=POST),
    page(f"{ONE}/losses", lose, name="card_losses.create", permission=EDIT, methods=POST),
    page(f"{ONE}/reminders", remind, name="card_reminders.create", permission=EDIT, methods=POST),
    page(f"{ONE}/holder", edit_holder, name="card_holders.update", permission=EDIT, methods=POST),
    page(f"{ONE}/rights", propose_rights, name="card_rights.create", permission=EDIT, methods=POST),
]
