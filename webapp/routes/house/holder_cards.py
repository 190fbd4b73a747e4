"""A holder looks after a card on the phone: its number, the phone that is on file, and a code that
is sent there. No password, no script. What does not fit together is never said."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import faces
from domain.admission.collections import guessing
from domain.admission.faces import Owner
from domain.cards import memberships
from domain.cards.memberships import MembershipStatus
from domain.kernel import clock, identity
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, TooOften, say
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp import card_words, forms, holder_visits, htmx, i18n
from webapp.form_fields import Line, Phone, Version
from webapp.forms import BLANK, Form, Typed
from webapp.office_orders import name_of
from webapp.parts import address_of, db_of, vault_of
from webapp.permissions import page
from webapp.rendering import render

MOST_ENTRIES, MOST_NUMBER = 40, 32
MOST_ASKED, MOST_SENT, MOST_WRONG = 12, 3, 5  # in ten minutes: an address, a card, a card


class AskForm(Form):
    number: Annotated[str, StringConstraints(max_length=MOST_NUMBER)]
    phone: Phone


class CodeForm(AskForm):
    nonce: Annotated[str, StringConstraints(max_length=60)]
    code: Annotated[str, StringConstraints(max_length=12)]


class LossForm(Form):
    sure: bool = False


class ContactForm(Form):
    version: Version
    phone: Line = ""
    language: Annotated[str, StringConstraints(pattern="^(zh|en)$")] = "zh"


async def new(request: Request) -> Response:
    """Which card, and which phone."""
    if holder_visits.card_id_of(request, clock.utc_now()):
        return htmx.redirect(request, request.app.state.addresses.path("holder_cards.show"))
    return render(request, "house/holder_cards/new.html", {"form": BLANK})


async def ask(request: Request) -> Response:
    """Send the code, if card and phone belong together; the page is the same if they do not."""
    typed, now, db = await forms.read(request), clock.utc_now(), db_of(request)
    try:
        wanted = forms.parse(AskForm, typed)
        lane = f"card-ask:{address_of(request)}"
        await db.act(guessing.take, lane, now, MOST_ASKED, lane=lane)
    except (InvalidInput, TooOften) as error:
        status = 429 if isinstance(error, TooOften) else 422
        context = {"form": typed.refused(error)}
        return render(request, "house/holder_cards/new.html", context, status=status)
    nonce = memberships.nonce_at(now)
    card = await _card(request, wanted)
    if card is not None:
        await db.act(_send, card.id, nonce, now, lane=f"card-sent:{card.id}")
    return _code_page(request, Typed({**typed.values, "nonce": [nonce]}))


async def _send(tx: Tx, card_id: str, nonce: str, now: datetime) -> None:
    """Nobody's phone is flooded: a card sends so many codes and no more."""
    lane = f"card-sent:{card_id}"
    if not await guessing.is_too_many(tx, lane, now, MOST_SENT):
        await guessing.count_wrong(tx, lane, now)
        await memberships.send_code(tx, card_id, nonce, now)


async def enter(request: Request) -> Response:
    """The code that was sent opens the card."""
    typed, now, db = await forms.read(request), clock.utc_now(), db_of(request)
    try:
        wanted = forms.parse(CodeForm, typed)
        lane = f"card-code:{wanted.number.strip().upper()[:MOST_NUMBER]}"  # ΐ becomes three
        guess_id = await db.act(guessing.take, lane, now, MOST_WRONG, lane=lane)
    except (InvalidInput, TooOften) as error:
        status = 429 if isinstance(error, TooOften) else 422
        return _code_page(request, typed.refused(error), status)
    card = await _card(request, wanted)
    vault = vault_of(request)
    right = card is not None and memberships.is_code(vault, card.id, wanted.nonce, wanted.code, now)
    if card is None or not right:
        wrong = InvalidInput({"code": say("This code is wrong, or it is too old.")})
        return _code_page(request, typed.refused(wrong), 422)
    await db.act(guessing.forgive, guess_id)
    opened = htmx.redirect(request, request.app.state.addresses.path("holder_cards.show"))
    return holder_visits.begin(request, opened, card.id, now)


async def show(request: Request) -> Response:
    """Balance, entries, spending, points, level, validity."""
    return await _page(request, BLANK)


async def lose(request: Request) -> Response:
    """Report it lost: every gate and window refuses it at once."""
    card_id, typed = _looked_at(request), await forms.read(request)
    if card_id is None:
        return _to_door(request)
    try:
        if not forms.parse(LossForm, typed).sure:
            raise InvalidInput({"sure": say("Please tick that you are sure.")})
        reason = i18n.translate("zh", say("Reported by the holder on the phone"))
        actor = _actor(request, card_id)
        await db_of(request).act(memberships.report_loss, card_id, reason, actor, clock.utc_now())
    except (InvalidInput, Refused, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return htmx.redirect(request, request.app.state.addresses.path("holder_cards.show"))


async def edit(request: Request) -> Response:
    """Another phone, another language; name and document are changed by staff."""
    card_id, typed = _looked_at(request), await forms.read(request)
    if card_id is None:
        return _to_door(request)
    try:
        wanted = forms.parse(ContactForm, typed)
        found = await db_of(request).ask(memberships.detail, card_id)
        if found.holder is None:
            raise Conflict()
        vault, known = vault_of(request), found.holder
        given = memberships.edited_holder(vault, known, known.name, wanted.phone)
        given = given._replace(language=wanted.language)
        await db_of(request).act(
            memberships.edit_holder,
            known.id,
            given,
            wanted.version,
            _actor(request, card_id),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), status=422)
    return htmx.redirect(request, request.app.state.addresses.path("holder_cards.show"))


async def forget_face(request: Request) -> Response:
    """The gates are to know the holder's face no longer."""
    card_id = _looked_at(request)
    if card_id is None:
        return _to_door(request)
    actor, now = _actor(request, card_id), clock.utc_now()
    await db_of(request).act(faces.forget, Owner.CARD, card_id, actor, now)
    return htmx.redirect(request, request.app.state.addresses.path("holder_cards.show"))


async def leave(request: Request) -> Response:
    return holder_visits.end(_to_door(request))


async def _card(request: Request, wanted: AskForm) -> Any | None:
    phone = identity.normalise_phone(wanted.phone)
    marks = vault_of(request).fingerprints("phone", phone)
    return await db_of(request).ask(memberships.card_of_phone, wanted.number, marks)


def _looked_at(request: Request) -> str | None:
    return holder_visits.card_id_of(request, clock.utc_now())


def _actor(request: Request, card_id: str) -> Actor:
    return Actor(ActorKind.VISITOR, None, None, address_of(request))


def _to_door(request: Request) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path("holder_cards.new"))


def _code_page(request: Request, form: Typed, status: int = 200) -> Response:
    return render(request, "house/holder_cards/code.html", {"form": form}, status=status)


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    card_id = _looked_at(request)
    if card_id is None:
        return _to_door(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        found = await memberships.detail(tx, card_id)
        rows = await memberships.statement(tx, card_id, most=MOST_ENTRIES * 4)
        spent = await memberships.spends(tx, card_id, most=1_000)
        return {
            "found": found,
            "area": await places.get_place(tx, PlaceKind.AREA, found.card.area_id),
            "entries": card_words.entries(rows)[:MOST_ENTRIES],
            "face": await faces.of(tx, Owner.CARD, card_id),
            "spent_minor": sum(row.face_minor - row.back_minor for row in spent),
        }

    looked = await db_of(request).ask(looked_up)
    state = MembershipStatus(looked["found"].card.status)
    context = {
        **looked,
        **card_words.panel(looked["found"]),
        "form": form,
        "name_of": name_of,
        "may_lose": state is MembershipStatus.ACTIVE,
    }
    shown = render(request, "house/holder_cards/show.html", context, status=status)
    shown.headers["Cache-Control"] = "no-store"
    return shown


POST = ["POST"]
routes = [
    page("/cards", new, name="holder_cards.new", public=True),
    page("/cards/codes", ask, name="holder_cards.ask", methods=POST, public=True),
    page("/cards/visits", enter, name="holder_cards.enter", methods=POST, public=True),
    page("/cards/visits/end", leave, name="holder_cards.leave", methods=POST, public=True),
    page("/cards/mine", show, name="holder_cards.show", public=True),
    page("/cards/mine/losses", lose, name="holder_cards.lose", methods=POST, public=True),
    page("/cards/mine/face", forget_face, name="holder_faces.delete", methods=POST, public=True),
    page("/cards/mine/contact", edit, name="holder_cards.update", methods=POST, public=True),
]
