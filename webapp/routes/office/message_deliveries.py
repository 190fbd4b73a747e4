"""The log of messages: to whom (masked), what became of it; what nobody knows is decided here."""

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict
from domain.operation.messages import (
    EVENTS,
    DeliveryState,
    MessageChannel,
    looking,
    sending,
)
from domain.operation.messages.looking import Sought
from domain.operation.outbox import worklist
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, paging
from webapp.forms import Form
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT, POST = Permission.MESSAGES_SEE, Permission.MESSAGES_EDIT, ["POST"]


class DecisionForm(Form):
    was_sent: bool = False


async def index(request: Request) -> Response:
    wanted, asked = forms.read_query(request), paging.read(request)
    state, event, address = (wanted.text(name) for name in ("state", "event", "q"))
    sought = Sought(
        state if state in set(DeliveryState) else "",
        event if event in EVENTS else "",
        looking.marks_for(vault_of(request), address) if address else (),
    )
    rows = await db_of(request).ask(looking.listed, sought, paging.cut(asked))
    context = {
        "form": wanted,
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "states": [(each.value, each) for each in DeliveryState],
        "events": [(word, kind.title) for word, kind in EVENTS.items()],
        "title_of": title_of,
        "state_of": DeliveryState,
        "channel_of": MessageChannel,
        "query": {name: wanted.text(name) for name in ("state", "event") if wanted.text(name)},
    }
    return render(request, "office/message_deliveries/index.html", context, fragment="list")


def title_of(event: str) -> str:
    kind = EVENTS.get(event)
    return kind.title if kind else event


async def show(request: Request) -> Response:
    row = await db_of(request).ask(looking.get, request.path_params["delivery_id"])
    context = {
        "row": row,
        "heading": title_of(row.event),
        "state": DeliveryState(row.state),
        "channel": MessageChannel(row.channel),
        "text": looking.text_of(vault_of(request), row),
        "history": await db_of(request).ask(history_of, "message_delivery", row.id),
        "may_decide": staff_of(request).may(EDIT) and row.state == DeliveryState.UNKNOWN,
    }
    return render(request, "office/message_deliveries/show.html", context)


async def decide(request: Request) -> Response:
    """It was sent after all, or it is sent again at once."""
    delivery_id, actor, now = request.path_params["delivery_id"], actor_of(request), clock.utc_now()
    was_sent = forms.parse(DecisionForm, await forms.read(request)).was_sent

    async def act(tx: Tx) -> None:
        row = await sending.decide(tx, delivery_id, was_sent, actor, now)
        waiting = row.outbox_id and await worklist.get(tx, row.outbox_id)
        if waiting and waiting.status == "failed":
            await worklist.retry(tx, actor, row.outbox_id, now)

    response = htmx.redirect(
        request,
        request.app.state.addresses.path("message_deliveries.show", delivery_id=delivery_id),
    )
    try:
        await db_of(request).act(act)
    except Conflict as error:
        return htmx.toast(response, i18n.here(error.message))
    return response


ONE = "/office/messages/{delivery_id}"
routes = [
    page("/office/messages", index, name="message_deliveries.index", permission=SEE),
    page(ONE, show, name="message_deliveries.show", permission=SEE),
    page(f"{ONE}/decision", decide, name="message_decisions.create", permission=EDIT, methods=POST),
]
