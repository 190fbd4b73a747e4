"""Platforms for text messages and mail servers: set up, put in use. Secrets are never shown."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.messages import MessageChannel, ProviderInput, ProviderKind, providers
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Line, Secret, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT, POST = Permission.MESSAGES_SEE, Permission.MESSAGES_EDIT, ["POST"]


class ProviderForm(Form):
    name: Line = ""
    secret: Secret = ""
    channel: MessageChannel | None = None


class Versioned(Form):
    version: Version


class UseForm(Form):
    on: bool = False


def input_of(kind: ProviderKind, typed: Typed) -> ProviderInput:
    wanted = forms.parse(ProviderForm, typed)
    settings = {name: typed.text(name)[:4_000] for name in providers.FIELDS[kind]}
    return ProviderInput(kind, wanted.name, settings, wanted.secret.strip(), wanted.channel)


def kind_of(word: str) -> ProviderKind:
    return ProviderKind(word) if word in set(ProviderKind) else ProviderKind.TENCENT


async def index(request: Request) -> Response:
    rows = await db_of(request).ask(providers.listed)
    used = {row.channel for row in rows if row.is_in_use}
    context = {
        "rows": rows,
        "kind_of": ProviderKind,
        "channel_of": MessageChannel,
        "without": [each for each in MessageChannel if each.value not in used],
        "kinds": list(ProviderKind),
        "may_edit": staff_of(request).may(EDIT),
    }
    return render(request, "office/message_providers/index.html", context)


async def new(request: Request) -> Response:
    kind = kind_of(request.query_params.get("kind", ""))
    return await _page(request, kind, Typed({"security": ["starttls"], "port": ["587"]}), None)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    kind = kind_of(typed.text("kind"))
    try:
        given = input_of(kind, typed)
        provider_id = await db_of(request).act(
            providers.add, vault_of(request), given, actor_of(request), clock.utc_now()
        )
    except InvalidInput as error:
        return await _page(request, kind, typed.refused(error), None, status=422)
    return _saved(request, provider_id)


async def edit(request: Request) -> Response:
    row = await db_of(request).ask(providers.get, request.path_params["provider_id"])
    shown = forms.filled({**row.settings, "name": row.name})
    return await _page(request, ProviderKind(row.kind), shown, row)


async def update(request: Request) -> Response:
    row = await db_of(request).ask(providers.get, request.path_params["provider_id"])
    typed, kind = await forms.read(request), ProviderKind(row.kind)
    vault, actor, now = vault_of(request), actor_of(request), clock.utc_now()
    try:
        version, given = forms.parse(Versioned, typed).version, input_of(kind, typed)

        async def act(tx: Any) -> None:
            await providers.edit(tx, vault, row.id, given, actor, now, version=version)

        await db_of(request).act(act)
    except (InvalidInput, Conflict) as error:
        return await _page(request, kind, typed.refused(error), row, status=422)
    return _saved(request, row.id)


async def use(request: Request) -> Response:
    on = forms.parse(UseForm, await forms.read(request)).on
    await db_of(request).act(
        providers.use,
        request.path_params["provider_id"],
        on,
        actor_of(request),
        clock.utc_now(),
    )
    return htmx.redirect(request, request.app.state.addresses.path("message_providers.index"))


async def _page(
    request: Request, kind: ProviderKind, form: Typed, row: Any, status: int = 200
) -> Response:
    may_edit = staff_of(request).may(EDIT)
    callback = ""
    if row is not None and may_edit and row.kind in ("tencent", "alibaba", "http"):
        path = request.app.state.addresses.path(
            "message_receipts.create",
            provider_id=row.id,
            token=providers.callback_token(vault_of(request), row.id),
        )
        callback = f"{request.app.state.settings.base_url.rstrip('/')}{path}"
    history = await db_of(request).ask(history_of, "message_provider", row.id) if row else []
    context = {
        "form": form,
        "row": row,
        "kind": kind,
        "fields": providers.FIELDS[kind],
        "needs_secret": kind in providers.NEEDS_SECRET,
        "has_secret": kind is not ProviderKind.LOG,
        "securities": [
            ("starttls", "STARTTLS"),
            ("tls", "TLS"),
            ("none", i18n.here(say("None (only on this network)"))),
        ],
        "channels": [(each.value, each) for each in MessageChannel],
        "callback": callback,
        "history": history,
        "may_edit": may_edit,
    }
    return render(request, "office/message_providers/edit.html", context, status=status)


def _saved(request: Request, provider_id: str) -> Response:
    address = request.app.state.addresses.path("message_providers.edit", provider_id=provider_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


ALL = "/office/messages/providers"
ONE = f"{ALL}/{{provider_id}}"
routes = [
    page(ALL, index, name="message_providers.index", permission=SEE),
    page(f"{ALL}/new", new, name="message_providers.new", permission=EDIT),
    page(ALL, create, name="message_providers.create", permission=EDIT, methods=POST),
    page(ONE, edit, name="message_providers.edit", permission=SEE),
    page(ONE, update, name="message_providers.update", permission=EDIT, methods=POST),
    page(f"{ONE}/use", use, name="message_providers.use", permission=EDIT, methods=POST),
]
