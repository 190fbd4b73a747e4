"""What is to be sent, what failed and needs a person; trying again, or dropping with a reason."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound
from domain.operation.outbox import OutboxStatus, worklist
from domain.operation.staff import EVERYWHERE, Permission
from webapp import forms, htmx, paging
from webapp.form_fields import LongLine
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import acts, work

SEE, RETRY, POST = Permission.OUTBOX_SEE, Permission.OUTBOX_RETRY, ["POST"]
COUNTED = (OutboxStatus.FAILED, OutboxStatus.DUE)


class Drop(Form):
    reason: LongLine


async def index(request: Request) -> Response:
    """What failed first: it is what a person must look at."""
    wanted, asked = forms.read_query(request), paging.read(request)
    known = wanted.text("status") in set(OutboxStatus)
    status = OutboxStatus(wanted.text("status")) if known else OutboxStatus.FAILED

    areas = staff_of(request).covered(SEE)

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, int]]:
        rows = await worklist.page(tx, status, paging.cut(asked), areas)
        return rows, {each.value: await worklist.count(tx, each, areas) for each in COUNTED}

    rows, counts = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "counts": counts,
        "status": status,
        "statuses": list(OutboxStatus),
        "kind_of": lambda row: work.called(work.MESSAGES, row.kind),
        "about": _about,
    }
    return render(request, "office/outbox/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def retry(request: Request) -> Response:
    message_id = request.path_params["message_id"]
    await _must(request, RETRY)
    await db_of(request).act(worklist.retry, actor_of(request), message_id, clock.utc_now())
    return _shown(request, message_id)


async def drop(request: Request) -> Response:
    typed, message_id = await forms.read(request), request.path_params["message_id"]
    await _must(request, RETRY)
    try:
        reason = forms.parse(Drop, typed).reason
        await db_of(request).act(
            worklist.drop, actor_of(request), message_id, reason, clock.utc_now()
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    return _shown(request, message_id)


async def _must(request: Request, permission: Permission) -> None:
    """What is not of an area is the business of whoever may do so everywhere."""
    row = await db_of(request).ask(worklist.get, request.path_params["message_id"])
    _must_see(request, row)
    staff_of(request).must(permission, row.area_id or EVERYWHERE)


def _must_see(request: Request, row: Any) -> None:
    if not staff_of(request).may(SEE, row.area_id or EVERYWHERE):
        raise NotFound()


def _about(row: Any) -> Any:
    noun = acts.NOUNS.get(row.noun)
    return noun.label if noun else row.noun


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    message_id = request.path_params["message_id"]

    async def looked_up(tx: Tx) -> tuple[Any, list[Any]]:
        row = await worklist.get(tx, message_id)
        _must_see(request, row)
        return row, await history_of(tx, "outbox", message_id)

    row, history = await db_of(request).ask(looked_up)
    noun = acts.NOUNS.get(row.noun)
    addresses = request.app.state.addresses
    has_page = noun is not None and noun.parameter and noun.route in addresses
    context = {
        "row": row,
        "form": form,
        "history": history,
        "heading": work.called(work.MESSAGES, row.kind),
        "state": OutboxStatus(row.status),
        "about": _about(row),
        "subject_url": addresses.path(noun.route, **{noun.parameter: row.subject_id})
        if noun and has_page
        else "",
        "may_retry": staff_of(request).may(RETRY, row.area_id or EVERYWHERE),
    }
    return render(request, "office/outbox/show.html", context, status=status)


def _shown(request: Request, message_id: str) -> Response:
    path = request.app.state.addresses.path("outbox.show", message_id=message_id)
    return htmx.redirect(request, path)


ONE = "/office/outbox/{message_id}"
routes = [
    page("/office/outbox", index, name="outbox.index", permission=SEE),
    page(ONE, show, name="outbox.show", permission=SEE),
    page(f"{ONE}/retry", retry, methods=POST, name="outbox_retries.create", permission=RETRY),
    page(f"{ONE}/drop", drop, methods=POST, name="outbox_drops.create", permission=RETRY),
]
