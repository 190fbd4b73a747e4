"""Reminders that cards end: what was sent, what failed, who wants none; and sending one again."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.cards.memberships import reminders
from domain.cards.memberships.reminders import Outcome
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.messages import DeliveryState
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, office_orders, paging
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

SEE, EDIT = Permission.CARDS_SEE, Permission.CARDS_EDIT


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    chosen = typed.text("outcome")
    outcome = Outcome(chosen) if chosen in set(Outcome) else None

    async def listed(tx: Tx) -> dict[str, Any]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        wanted = typed.text("area_id")
        area_id = wanted if wanted in areas else next(iter(areas), "")
        return {
            "areas": areas,
            "rows": await reminders.list_reminders(tx, area_id, outcome, paging.cut(asked)),
            "counts": await reminders.count_reminders(tx, area_id, clock.utc_now()),
        }

    found = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "areas": found["areas"],
        "counts": found["counts"],
        "page": paging.page_of(found["rows"], asked, key=lambda row: (row.created_at, row.id)),
        "outcomes": choices(Outcome),
        "outcome_of": Outcome,
        "state_of": DeliveryState,
        "may_edit": staff.may(EDIT),
        "query": {name: typed.text(name) for name in ("area_id", "outcome") if typed.text(name)},
    }
    return render(request, "office/card_reminders/index.html", context, fragment="list")


async def create(request: Request) -> Response:
    """Send one that failed once more."""
    db, reminder_id = db_of(request), request.path_params["reminder_id"]
    staff_of(request).must(EDIT, await db.ask(reminders.area_of_reminder, reminder_id))
    response = htmx.redirect(request, request.app.state.addresses.path("card_reminders.index"))
    try:
        await db.act(reminders.send_again, reminder_id, actor_of(request), clock.utc_now())
    except (Conflict, InvalidInput) as error:
        said = (
            next(iter(error.fields.values())) if isinstance(error, InvalidInput) else error.message
        )
        return htmx.toast(response, i18n.here(said))
    return htmx.toast(response, i18n.here(say("The reminder is on its way.")))


AT = "/office/card-reminders"
routes = [
    page(AT, index, name="card_reminders.index", permission=SEE),
    page(
        f"{AT}/{{reminder_id}}",
        create,
        methods=["POST"],
        name="card_reminders.again",
        permission=EDIT,
    ),
]
