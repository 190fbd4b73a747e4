"""The roll in the printer: which serial is next, and saying so when it is another."""

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import stock
from domain.commerce.stock import counting, feeds
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import DomainError, InvalidInput, NotFound, Refused
from domain.operation.staff import Permission
from webapp import forms, htmx
from webapp.form_fields import Line
from webapp.forms import Form, Typed
from webapp.parts import db_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.till import Till, at_till, strip_of


class NextForm(Form):
    paper: Line
    next: Line
    reason: Line


async def show(request: Request, till: Till) -> Response:
    return await _page(request, till, forms.BLANK)


async def update(request: Request, till: Till) -> Response:
    """Torn paper, a changed roll, a print that did not come out: the book follows the printer."""
    typed = await forms.read(request)
    try:
        wanted = forms.parse(NextForm, typed)
        await db_of(request).act(
            feeds.correct,
            till.window.id,
            wanted.paper,
            wanted.next,
            wanted.reason,
            till.actor,
            clock.utc_now(),
        )
    except (InvalidInput, Refused, NotFound) as error:
        return await _page(request, till, typed, error)
    return htmx.redirect(request, request.app.state.addresses.path("window.paper.show"))


async def _page(
    request: Request, till: Till, form: Typed, error: DomainError | None = None
) -> Response:
    async def looked_up(tx: Tx) -> dict[str, object]:
        kinds = {row.id: row for row in await stock.list_kinds(tx)}
        return {
            "feeds": await feeds.feeds_of(tx, till.window.id),
            "reports": await counting.report(tx, till.shift),
            "kinds": kinds,
        }

    context = {
        "till": till,
        "strip": await strip_of(request, till),
        "form": form.refused(error) if error else form,
        **await db_of(request).ask(looked_up),
    }
    status = 422 if error else 200
    return render(request, "window/paper/show.html", context, fragment="paper", status=status)


routes = [
    page(
        "/window/paper",
        at_till(show),
        name="window.paper.show",
        permission=Permission.SHIFTS_OWN,
    ),
    page(
        "/window/paper",
        at_till(update),
        methods=["POST"],
        name="window.paper.update",
        permission=Permission.SHIFTS_OWN,
    ),
]
