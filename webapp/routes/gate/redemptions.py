"""Scanning at a gate tablet: one code, one answer; and the group that is still coming."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import devices, redemptions
from domain.admission.redemptions import (
    Decision,
    Direction,
    Passage,
    PassResult,
    Scan,
    ScanKind,
    nfc_code,
)
from domain.kernel import clock
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation.staff import Permission
from webapp import forms, gate_cards, gate_glass, i18n
from webapp.form_fields import Id
from webapp.forms import Form
from webapp.gate_desk import gate_for, show_glass
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page

SCAN = Permission.GATES_SCAN
UID_LENGTHS = frozenset({8, 14, 20})  # of a card, as its reader types it
ScanId = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9:_.-]+$")]
ShownCode = Annotated[str, StringConstraints(max_length=512)]


class ScanForm(Form):
    scan_id: ScanId
    code: ShownCode
    persons: Annotated[int, Field(ge=1, le=500)] | None = None
    direction: Literal["in", "out"] = "in"


class TakeBack(Form):
    redemption_id: Id
    request_id: ScanId


class PassageForm(Form):
    redemption_id: Id
    result: Literal["passed", "timeout"]


async def new(request: Request) -> Response:
    """The ready screen."""
    await gate_for(request, SCAN)
    return await show_glass(request)


async def create(request: Request) -> Response:
    """201 for yes, 422 for no. A repeat of the same scan id gets the first answer."""
    gate = await gate_for(request, SCAN)
    try:
        typed = await forms.read(request)
        wanted = forms.parse(ScanForm, typed)
    except InvalidInput as error:
        return await show_glass(request, gate_glass.unread(first_of(error)), status=422)
    code = unicodedata.normalize("NFKC", wanted.code).strip()
    db, now = db_of(request), clock.utc_now()
    scan = Scan(
        wanted.scan_id,
        gate.id,
        None,
        code,
        kind_of(code),
        wanted.direction,
        staff_id=staff_of(request).id,
        passage=not (gate.has_sensor and await db.ask(devices.has_device, gate.id)),
        persons=wanted.persons,
    )
    try:
        presented = await request.app.state.gatekeeper.reader.read(scan, now)
        answer = await db.act(redemptions.authorise, presented, now)
    except Conflict as error:
        return await show_glass(request, gate_glass.unread(i18n.here(error.message)), status=409)
    is_out = gate.direction == "out" or (gate.direction == "both" and wanted.direction == "out")
    if gate_cards.is_card(answer):
        card = await db.ask(gate_cards.card_of, answer.redemption_id)
        glass = gate_cards.of_answer(answer, card, way_out=is_out)
    else:
        glass = gate_glass.of_answer(answer, way_out=is_out)
    return await show_glass(request, glass, status=201 if answer.allowed else 422)


async def take_back(request: Request) -> Response:
    """One of a group was counted too many."""
    gate = await gate_for(request, SCAN)
    wanted = forms.parse(TakeBack, await forms.read(request))
    actor = actor_of(request, place_id=gate.id)
    db = db_of(request)
    left = await db.act(
        redemptions.take_back,
        gate.id,
        wanted.redemption_id,
        wanted.request_id,
        actor,
        clock.utc_now(),
    )
    row = await db.ask(redemptions.get, wanted.redemption_id)
    return await show_glass(request, gate_glass.group(row.id, row.detail, left))


async def passed(request: Request) -> Response:
    """At a gate whose device counts: the visitor went through, or did not."""
    gate = await gate_for(request, SCAN)
    wanted = forms.parse(PassageForm, await forms.read(request))
    db = db_of(request)
    row = await db.ask(redemptions.get, wanted.redemption_id)
    if row.gate_id != gate.id or row.asker_id != gate.id or row.decision != Decision.ALLOW:
        raise NotFound()
    passage = Passage(
        None,
        f"tablet:{row.scan_id}",
        row.scan_id,
        gate.id,
        PassResult(wanted.result),
        row.persons,
        Direction(row.direction),
        "manual",
        None,
    )
    await db.act(redemptions.record_passage, passage, clock.utc_now())
    return await show_glass(request)


def kind_of(code: str) -> ScanKind:
    """How it was read, as far as its form tells: a reader types like a keyboard."""
    if code.isdecimal() and len(code) >= 200:
        return ScanKind.QR
    if len(re.sub(r"[\s:-]", "", code)) in UID_LENGTHS and nfc_code(code):
        return ScanKind.NFC
    return ScanKind.PIN


def first_of(error: InvalidInput) -> str:
    """The first thing that is wrong, in the reader's language."""
    return i18n.here(next(iter(error.fields.values()), None) or error.message)


POST, AT = ["POST"], "/gate/{gate_id}"
routes = [
    page(AT, new, name="redemptions.new", permission=SCAN),
    page(f"{AT}/redemptions", create, methods=POST, name="redemptions.create", permission=SCAN),
    page(f"{AT}/returns", take_back, methods=POST, name="returns.create", permission=SCAN),
    page(f"{AT}/passages", passed, methods=POST, name="passages.create", permission=SCAN),
]
