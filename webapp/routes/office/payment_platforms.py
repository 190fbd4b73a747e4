"""Payment platforms: which serves where, what it gave us, and whether the connection works. Keys go
in and are never shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import platforms, reconciliation
from domain.commerce.payments import Tender
from domain.commerce.platforms import Kept
from domain.commerce.reconciliation import DayOfBill
from domain.kernel import clock, ids
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Unavailable, say
from domain.kernel.ports import TryStep
from domain.operation.staff import EVERYWHERE, Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Count
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.platform_desk import Given, PlatformDesk, desk_of
from webapp.rendering import render

SEE, EDIT = Permission.PLATFORMS_SEE, Permission.PLATFORMS_EDIT


class VersionForm(Form):
    version: Count = 0  # none is kept yet: 0


class ChannelsForm(VersionForm):
    channels: list[Channel] = []  # noqa: RUF012  # pydantic copies it


class Shown(NamedTuple):
    """A platform as the office sees it."""

    tender: Tender
    kept: Kept
    source: str  # office, environment, none, broken
    heard: Any
    bill: DayOfBill | None  # its latest day of which anything is known

    @property
    def is_connected(self) -> bool:
        return self.source in ("office", "environment")


async def index(request: Request) -> Response:
    desk, staff = desk_of(request), staff_of(request)

    async def looked_up(tx: Tx) -> list[Shown]:
        return [await _shown(tx, desk, tender) for tender in platforms.CONNECTED]

    context = {
        "rows": await db_of(request).ask(looked_up),
        "channels": platforms.SERVABLE,
        "is_simulated": desk is not None and not desk.opened,
        "may_see_bills": staff.may(Permission.BILLS_SEE),
    }
    return render(request, "office/payment_platforms/index.html", context)


async def edit(request: Request) -> Response:
    return await _page(request, await _kept(request))


async def update(request: Request) -> Response:
    """Connect it with what was typed; keys that nobody types stay as they are."""
    kept, typed, desk = await _kept(request), await forms.read(request), _must_be_there(request)
    try:
        version = forms.parse(VersionForm, typed).version
        wanted = desk.checked(kept.tender, _typed(desk.given(kept), kept.tender, typed))
        await db_of(request).act(
            platforms.connect,
            vault_of(request),
            kept.tender,
            wanted,
            version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, kept, typed.refused(error), status=422)
    await desk.refresh()
    return _saved(request, kept.tender)


async def serve(request: Request) -> Response:
    """Where new payments may begin with it."""
    kept, typed = await _kept(request), await forms.read(request)
    try:
        wanted = forms.parse(ChannelsForm, typed)
        await db_of(request).act(
            platforms.serve,
            kept.tender,
            wanted.channels,
            wanted.version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, kept, typed.refused(error), status=422)
    if desk := desk_of(request):
        await desk.refresh()
    return _saved(request, kept.tender)


async def try_out(request: Request) -> Response:
    """Ask the platform, and make and close an order of 1 fen; say plainly what is wrong."""
    kept, desk = await _kept(request), _must_be_there(request)
    await desk.refresh()
    opened = desk.opened.get(kept.tender.value)
    if opened is None:
        raise Unavailable(say("This way of paying is not connected."))
    steps = await opened.try_out(ids.new_id(), ids.new_id())
    is_good = all(step.problem is None for step in steps)
    await db_of(request).act(
        platforms.note_try, kept.tender, is_good, actor_of(request), clock.utc_now()
    )
    return await _page(request, kept, steps=steps)


async def _kept(request: Request) -> Kept:
    word = request.path_params["tender"]
    if word not in {one.value for one in platforms.CONNECTED}:
        raise NotFound()
    if request.method == "POST":
        staff_of(request).must(EDIT, EVERYWHERE)
    kept: Kept = await db_of(request).ask(platforms.find, Tender(word))
    return kept


def _must_be_there(request: Request) -> PlatformDesk:
    if (desk := desk_of(request)) is None:
        raise Unavailable(say("This way of paying is not connected."))
    return desk


def _typed(known: Given, tender: Tender, typed: Typed) -> Given:
    settings = {name: typed.text(name) for name in platforms.FIELDS[tender]}
    given = {name: typed.text(name).strip() for name in platforms.SECRETS[tender]}
    return Given(settings, {**known.secrets, **{k: text for k, text in given.items() if text}})


async def _shown(tx: Tx, desk: PlatformDesk | None, tender: Tender) -> Shown:
    kept, word = await platforms.find(tx, tender), tender.value
    source = "none"
    if kept.settings is not None:
        source = "broken" if desk is not None and word in desk.broken else "office"
    elif desk is not None and word in desk.environment:
        source = "environment"
    heard = (await platforms.heard(tx)).get(tender)
    days = await reconciliation.days_of(tx, [word], clock.utc_now())
    known = (day for day in days if day.tender is tender and day.outcome is not None)
    return Shown(tender, kept, source, heard, next(known, None))


async def _page(
    request: Request,
    kept: Kept,
    form: Typed | None = None,
    *,
    steps: Sequence[TryStep] = (),
    status: int = 200,
) -> Response:
    desk, tender = desk_of(request), kept.tender

    async def looked_up(tx: Tx) -> tuple[Shown, Any]:
        return await _shown(tx, desk, tender), await history_of(
            tx, "payment_platform", tender.value
        )

    shown, history = await db_of(request).ask(looked_up)
    known = desk.given(kept) if desk is not None else Given(kept.settings or {}, {})
    opened = desk.opened.get(tender.value) if desk is not None else None
    base_url = request.app.state.settings.base_url.rstrip("/")
    callback = request.app.state.addresses.path("hooks.payments.create", platform=tender.value)
    context = {
        "shown": shown,
        "form": _without_keys(form, tender) if form else forms.filled(dict(known.settings)),
        "fields": platforms.FIELDS[tender],
        "secrets": platforms.SECRETS[tender],
        "marks": opened.marks if opened else kept.marks,
        "channels": platforms.SERVABLE,
        "callback": f"{base_url}{callback}",
        "steps": steps,
        "history": history,
        "may_edit": staff_of(request).may(EDIT, EVERYWHERE),
    }
    return render(request, "office/payment_platforms/edit.html", context, status=status)


def _without_keys(typed: Typed, tender: Tender) -> Typed:
    """What was typed as a key is typed again: no page carries one."""
    kept: Mapping[str, Any] = {
        name: texts for name, texts in typed.values.items() if name not in platforms.SECRETS[tender]
    }
    return replace(typed, values=kept)


def _saved(request: Request, tender: Tender) -> Response:
    address = request.app.state.addresses.path("payment_platforms.edit", tender=tender.value)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


ALL, POST = "/office/payment-platforms", ["POST"]
ONE = f"{ALL}/{{tender}}"
routes = [
    page(ALL, index, name="payment_platforms.index", permission=SEE),
    page(ONE, edit, name="payment_platforms.edit", permission=SEE),
    page(ONE, update, name="payment_platforms.update", permission=EDIT, methods=POST),
    page(f"{ONE}/channels", serve, name="payment_platforms.serve", permission=EDIT, methods=POST),
    page(f"{ONE}/try", try_out, name="payment_platforms.try", permission=EDIT, methods=POST),
]
