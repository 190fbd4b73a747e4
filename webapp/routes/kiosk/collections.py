"""Collecting at a kiosk what was paid elsewhere: by code, by document, by ticket code, or by the
order's number and the end of the buyer's phone. Wrong guesses are counted."""

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import collections, kiosks, tickets
from domain.admission.collections import Sought, Waiting, guessing
from domain.admission.redemptions import CodeReader, Presented, Scan
from domain.commerce import orders
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import (
    Conflict,
    InvalidInput,
    Message,
    NotFound,
    Refused,
    TooOften,
    say,
)
from webapp import forms, order_watch
from webapp.form_fields import Id
from webapp.forms import BLANK, Form, Typed
from webapp.kiosk_sessions import actor_at, kiosk_of
from webapp.kiosk_visits import go, keep, kept_of, shown
from webapp.parts import db_of, vault_of
from webapp.permissions import kiosk

MOST_CHARACTERS = 512
MOST_WRONG = 12  # of one kiosk in ten minutes: honest people mistype as well
NOTHING = say("Nothing was found. Check what you typed, or ask the staff.")


class ChosenForm(Form):
    order_id: Id


async def new(request: Request) -> Response:
    return await _field(request, BLANK)


async def create(request: Request) -> Response:
    """Look for what was typed or scanned."""
    text = (await forms.read(request)).text("q").strip()[:MOST_CHARACTERS]
    try:
        guess_id = await take_guess(request)
        sought = await read(request, text)
        if sought.number:
            await db_of(request).act(guessing.forgive, guess_id)
            await keep(request, {"number": [sought.number]})
            return go(request, "kiosk.proofs.new")
        return await _found(request, await look_up(request, sought, guess_id))
    except (InvalidInput, TooOften) as error:
        return await _field(request, Typed({"q": [text]}).refused(error), status=422)


async def new_proof(request: Request) -> Response:
    """The last four digits of the phone that the order was placed with."""
    return await _proof(request, BLANK)


async def create_proof(request: Request) -> Response:
    number, tail = kept_of(request).text("number"), (await forms.read(request)).text("tail")
    if not number:
        return go(request, "kiosk.collections.new")
    try:
        guess_id = await take_guess(request)
        found = await look_up(request, Sought(number=number), guess_id, tail.strip())
        return await _found(request, found)
    except (InvalidInput, TooOften) as error:
        return await _proof(request, BLANK.refused(error), status=422)


async def read(request: Request, text: str) -> Sought:
    """A ticket's own code opens its order too."""
    sought = collections.sought_for(vault_of(request), text)
    if sought != Sought() or not text:
        return sought
    reader: CodeReader = request.app.state.gatekeeper.reader
    presented = await reader.read(Scan("", "", None, text), clock.utc_now())
    ticket_id = await db_of(request).ask(ticket_of, presented)
    return Sought(ticket_id=ticket_id)


async def ticket_of(tx: Tx, presented: Presented) -> str:
    found = await tickets.find_by_code(tx, token=presented.token, medium_code=presented.medium_code)
    return "" if found is None else str(found.id)


async def look_up(
    request: Request, sought: Sought, guess_id: str, tail: str | None = None
) -> list[Waiting]:
    """What fits. InvalidInput, and the guess stays a wrong one, when nothing does or the proof is
    wrong: which of the two is not said."""
    here, now = kiosk_of(request), clock.utc_now()
    found: list[Waiting] = await db_of(request).ask(collections.find, sought, here.area_id, now)
    if tail is not None:
        found = [one for one in found if collections.has_proof(one.order, tail)]
    if not found:
        raise InvalidInput({}, NOTHING)
    await db_of(request).act(guessing.forgive, guess_id)
    return found


async def take_guess(request: Request) -> str:
    """One try of this kiosk. Raises TooOften where too much was guessed."""
    lane, now = f"collect:{kiosk_of(request).device_id}", clock.utc_now()
    guess_id: str = await db_of(request).act(guessing.take, lane, now, MOST_WRONG, lane=lane)
    return guess_id


async def _found(request: Request, found: list[Waiting]) -> Response:
    await keep(request, {"found": [one.order.id for one in found]})
    return go(request, "kiosk.collections.index")


async def index(request: Request) -> Response:
    """What was found, each with its own button."""
    return await _list(request)


async def stream(request: Request) -> Response:
    """What others do to these orders while they are shown here."""
    return order_watch.stream(request, kept_of(request).texts("found"))


async def collect(request: Request) -> Response:
    """Hand it over: once, here."""
    here = kiosk_of(request)
    typed = await forms.read(request)
    order_id = forms.parse(ChosenForm, typed).order_id
    if order_id not in kept_of(request).texts("found"):
        raise NotFound()
    if not here.may_print:
        return await _list(request, say("This kiosk cannot print just now."))
    try:
        handout_id = await db_of(request).act(
            kiosks.selling.collect, order_id, here.device_id, actor_at(request), clock.utc_now()
        )
    except (Refused, Conflict) as error:
        return await _list(request, error.message)
    return go(request, "kiosk.handouts.show", handout_id=handout_id)


async def _list(request: Request, problem: Message | None = None) -> Response:
    order_ids = kept_of(request).texts("found")
    if not order_ids:
        return go(request, "kiosk.collections.new")

    async def looked_up(tx: Tx) -> list[Waiting]:
        found = [await orders.get_order(tx, order_id) for order_id in order_ids]
        return await collections.waiting_of(tx, found, clock.utc_now())

    rows = await db_of(request).ask(looked_up)
    seen = max(one.order.version for one in rows)
    context = {"rows": rows, "problem": problem, "seen": seen}
    status = 422 if problem is not None else 200
    return await shown(request, "kiosk/collections/index.html", context, status=status)


async def _field(request: Request, form: Typed, status: int = 200) -> Response:
    return await shown(request, "kiosk/collections/new.html", {"form": form}, status=status)


async def _proof(request: Request, form: Typed, status: int = 200) -> Response:
    number = kept_of(request).text("number")
    if not number:
        return go(request, "kiosk.collections.new")
    context = {"form": form, "number": number}
    return await shown(request, "kiosk/collections/proof.html", context, status=status)


POST = ["POST"]
routes = [
    kiosk("/kiosk/collection", new, name="kiosk.collections.new"),
    kiosk("/kiosk/collection", create, methods=POST, name="kiosk.finds.create"),
    kiosk("/kiosk/collection/proof", new_proof, name="kiosk.proofs.new"),
    kiosk("/kiosk/collection/proof", create_proof, methods=POST, name="kiosk.proofs.create"),
    kiosk("/kiosk/collection/orders", index, name="kiosk.collections.index"),
    kiosk("/kiosk/collection/events", stream, name="kiosk.collections.stream"),
    kiosk("/kiosk/collection/orders", collect, methods=POST, name="kiosk.collections.create"),
]
