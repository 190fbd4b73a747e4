"""How many messages may leave, and who wants none but what they asked for."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.operation.messages import (
    LIMITS,
    QUIET_FROM,
    QUIET_UNTIL,
    MessageChannel,
    rules,
)
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n, paging
from webapp.form_fields import Line
from webapp.forms import Form, Typed
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT, POST = Permission.MESSAGES_SEE, Permission.MESSAGES_EDIT, ["POST"]


class LimitForm(Form):
    most: Annotated[int, Field(ge=0, le=1_000_000)]


class OptOutForm(Form):
    channel: MessageChannel
    address: Line
    reason: Line


async def index(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def update(request: Request) -> Response:
    word, typed = request.path_params["word"], await forms.read(request)
    if word not in LIMITS:
        raise NotFound()
    try:
        most = forms.parse(LimitForm, typed).most
    except InvalidInput as error:
        return await _page(request, typed.refused(error), word, status=422)
    await db_of(request).act(rules.set_limit, word, most, actor_of(request), clock.utc_now())
    return _saved(request)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        wanted = forms.parse(OptOutForm, typed)
        await db_of(request).act(
            rules.opt_out,
            vault_of(request),
            wanted.channel,
            wanted.address,
            wanted.reason,
            clock.utc_now(),
            actor_of(request),
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    return _saved(request)


async def delete(request: Request) -> Response:
    await db_of(request).act(
        rules.opt_in, request.path_params["opt_out_id"], actor_of(request), clock.utc_now()
    )
    return _saved(request)


async def _page(request: Request, form: Typed, at: str = "", status: int = 200) -> Response:
    asked = paging.read(request)
    rows = await db_of(request).ask(rules.opt_outs, paging.cut(asked))
    context = {
        "form": form,
        "at": at,
        "limits": LIMITS,
        "most": await db_of(request).ask(rules.limits),
        "quiet_from": QUIET_FROM,
        "quiet_until": QUIET_UNTIL,
        "page": paging.page_of(rows, asked, key=lambda row: (row.at, row.id)),
        "channel_of": MessageChannel,
        "channels": [(each.value, each) for each in MessageChannel],
        "may_edit": staff_of(request).may(EDIT),
    }
    return render(request, "office/message_rules/index.html", context, status=status)


def _saved(request: Request) -> Response:
    address = request.app.state.addresses.path("message_rules.index")
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


ALL = "/office/messages/rules"
OUT = "/office/messages/opt-outs"
routes = [
    page(ALL, index, name="message_rules.index", permission=SEE),
    page(f"{ALL}/{{word}}", update, name="message_rules.update", permission=EDIT, methods=POST),
    page(OUT, create, name="message_opt_outs.create", permission=EDIT, methods=POST),
    page(
        f"{OUT}/{{opt_out_id}}/end",
        delete,
        name="message_opt_outs.delete",
        permission=EDIT,
        methods=POST,
    ),
]
