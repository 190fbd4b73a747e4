"""One slot: its quota, what each channel may take, closing and opening it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import capacity, catalog
from domain.commerce.capacity import ChannelSetting, SlotSetting, SlotStatus
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Count, Line
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_orders import name_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT = Permission.CAPACITY_SEE, Permission.CAPACITY_EDIT


class SlotForm(Form):
    quota: Count
    closed: bool = False
    note: Line = ""
    version: Count


class ChannelForm(Form):
    quota: Count | None = None
    kept: Count = 0


async def edit(request: Request) -> Response:
    return await _page(request, None)


async def update(request: Request) -> Response:
    typed, slot = await forms.read(request), (await _looked_up(request))["slot"]
    staff_of(request).must(EDIT, slot.area_id)
    try:
        await db_of(request).act(
            capacity.set_slot,
            slot.id,
            setting_of(typed),
            actor_of(request),
            clock.utc_now(),
            lane=capacity.lane(slot.area_id),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    query = {"area_id": slot.area_id, "on": slot.visit_on.isoformat()}
    address = request.app.state.addresses.path("capacity.index", query=query)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


def setting_of(typed: Typed) -> SlotSetting:
    """A channel without a limit of its own shares what nobody keeps."""
    wanted = forms.parse(SlotForm, typed)
    channels: dict[Channel, ChannelSetting] = {}
    for channel in Channel:
        names = {"quota": f"{channel.value}_quota", "kept": f"{channel.value}_kept"}
        part = Typed({name: typed.texts(field) for name, field in names.items()})
        try:
            own = forms.parse(ChannelForm, part)
        except InvalidInput as error:
            raise InvalidInput({names[key]: text for key, text in error.fields.items()}) from None
        if own.quota is not None or own.kept:
            limit = wanted.quota if own.quota is None else own.quota
            channels[channel] = ChannelSetting(limit, own.kept)
    status = SlotStatus.CLOSED if wanted.closed else SlotStatus.OPEN
    return SlotSetting(wanted.quota, status, wanted.note, channels, wanted.version)


async def _looked_up(request: Request) -> dict[str, Any]:
    slot_id, staff = request.path_params["slot_id"], staff_of(request)

    async def found(tx: Tx) -> dict[str, Any]:
        slot = (await capacity.slots_by_id(tx, [slot_id])).get(slot_id)
        if slot is None:
            raise NotFound()
        staff.must(SEE, slot.area_id)
        return {
            "slot": slot,
            "own": {row.channel: row for row in await capacity.channels_of(tx, slot_id)},
            "product": await catalog.get_product(tx, slot.product_id),
            "history": await history_of(tx, "slot", slot_id),
        }

    return await db_of(request).ask(found)


async def _page(request: Request, form: Typed | None, status: int = 200) -> Response:
    found = await _looked_up(request)
    slot, own = found["slot"], found["own"]
    stored = {
        "quota": [str(slot.quota)],
        "note": [slot.note],
        "closed": ["on"] if slot.status == SlotStatus.CLOSED else [],
    }
    for word, row in own.items():
        if row.quota < slot.quota or row.kept:
            stored |= {f"{word}_quota": [str(row.quota)], f"{word}_kept": [str(row.kept)]}
    context = {
        **found,
        "form": form or Typed(stored),
        "channels": list(Channel),
        "name_of": name_of,
        "may_edit": staff_of(request).may(EDIT, slot.area_id),
    }
    return render(request, "office/slots/edit.html", context, status=status)


ONE = "/office/slots/{slot_id}"
routes = [
    page(ONE, edit, name="slots.edit", permission=SEE),
    page(ONE, update, name="slots.update", permission=EDIT, methods=["POST"]),
]
