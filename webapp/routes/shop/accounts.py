"""My tickets: what this browser bought; with a code that is sent to the phone, all that was bought
with that phone, and the people one often buys for. No password."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission.collections import guessing
from domain.commerce import customers, orders, waiting
from domain.commerce.customers import Phone, Visit
from domain.commerce.waiting import WaitStatus
from domain.kernel import clock
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, TooOften, say
from webapp import form_fields, forms, htmx, i18n, shop_visits
from webapp.forms import BLANK, Form, Typed
from webapp.office_orders import lines_text
from webapp.parts import address_of, db_of, vault_of
from webapp.permissions import page
from webapp.shop_visits import area_here, go, shown

# wrong codes of an address in ten minutes, whatever the phones
MOST_TRIED = 30
BACK = re.compile(r"/waiting/(new\?slot=)?[0-9a-f-]{36}(&people=[0-9]{1,2})?")  # whence one came


class AskForm(Form):
    phone: form_fields.Phone


class CodeForm(AskForm):
    code: Annotated[str, StringConstraints(max_length=12)]


async def show(request: Request) -> Response:
    """What was bought, newest first."""
    return await _page(request, BLANK)


async def ask(request: Request) -> Response:
    """Send a code; the page is the same whether the phone ever bought anything or not. Asked again
    too soon, the code that was sent is still good."""
    typed, db, vault = await forms.read(request), db_of(request), vault_of(request)
    try:
        wanted = forms.parse(AskForm, typed)
        customers.phone_of(vault, wanted.phone)
        await db.act(
            customers.send_code,
            vault,
            wanted.phone,
            i18n.current(),
            address_of(request),
            clock.utc_now(),
            lane=customers.code_lane(vault, wanted.phone),
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), 422)
    except TooOften as error:
        return await _code_page(request, typed.refused(error), 429)
    return await _code_page(request, typed)


async def enter(request: Request) -> Response:
    """The code makes this browser the phone's."""
    typed, now, db = await forms.read(request), clock.utc_now(), db_of(request)
    vault = vault_of(request)
    try:
        wanted = forms.parse(CodeForm, typed)
        phone = customers.phone_of(vault, wanted.phone)
        lane = f"shop-try:{address_of(request)}"
        try_id = await db.act(guessing.take, lane, now, MOST_TRIED, lane=lane)
        lane = customers.code_lane(vault, wanted.phone)
        if not await db.act(customers.is_code, vault, wanted.phone, wanted.code, now, lane=lane):
            raise InvalidInput({"code": say("This code is wrong, or it is too old.")})
    except (InvalidInput, TooOften) as error:
        status = 429 if isinstance(error, TooOften) else 422
        return await _code_page(request, typed.refused(error), status)
    await db.act(guessing.forgive, try_id)
    visit = await shop_visits.begin(request)
    actor = shop_visits.actor_of(request, visit)
    request.state.visit_token = await db.act(_recognised, visit, phone, i18n.current(), actor, now)
    back = typed.text("back")
    if BACK.fullmatch(back):
        return shop_visits.keep(request, htmx.redirect(request, back))
    return shop_visits.keep(request, go(request, "shop.accounts.show"))


async def _recognised(
    tx: Tx, visit: Visit, phone: Phone, language: str, actor: Actor, now: datetime
) -> str:
    """Whoever knew the browser's cookie before does not know the phone's."""
    await customers.recognise(tx, visit, phone, language, actor, now)
    return await customers.renew(tx, visit)


async def leave(request: Request) -> Response:
    """Whoever has this phone or computer next sees nothing."""
    visit = await shop_visits.visit_of(request)
    if visit is not None:
        await db_of(request).act(customers.end, visit, clock.utc_now())
    return shop_visits.forget(go(request, "shop.accounts.show"))


async def drop(request: Request) -> Response:
    """Forget one of the people one buys for."""
    visit = await shop_visits.visit_of(request)
    if visit is None or visit.customer_id is None:
        raise NotFound()
    traveller_id = request.path_params["traveller_id"]
    await db_of(request).act(
        customers.drop_traveller, visit.customer_id, traveller_id, clock.utc_now()
    )
    return go(request, "shop.accounts.show")


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    here, visit = await area_here(request), await shop_visits.visit_of(request)
    found = await db_of(request).ask(_looked_up, visit)
    context = {
        **found,
        "form": form,
        "lines_text": lines_text,
        "status_of": lambda row: WaitStatus(row.status),
    }
    return shown(request, "shop/accounts/show.html", here, context, status=status)


async def _looked_up(tx: Tx, visit: Visit | None) -> dict[str, Any]:
    found = [] if visit is None else await customers.orders_of(tx, visit)
    bought = [await orders.get_order(tx, order_id) for order_id in found]
    travellers: list[Any] = []
    waits: list[Any] = []
    if visit is not None and visit.customer_id is not None:
        travellers = await customers.travellers_of(tx, visit.customer_id)
        waits = await waiting.waits_of(tx, visit.customer_id)
    return {
        "orders": [order for order in bought if not orders.members.is_net(order)],
        "travellers": travellers,
        "waits": waits,
    }


async def _code_page(request: Request, form: Typed, status: int = 200) -> Response:
    here = await area_here(request)
    await shop_visits.visit_of(request)
    return shown(request, "shop/accounts/code.html", here, {"form": form}, status=status)


POST = ["POST"]
routes = [
    page("/my", show, name="shop.accounts.show", public=True),
    page("/my/codes", ask, name="shop.accounts.ask", methods=POST, public=True),
    page("/my/visits", enter, name="shop.accounts.enter", methods=POST, public=True),
    page("/my/visits/end", leave, name="shop.accounts.leave", methods=POST, public=True),
    page(
        "/my/travellers/{traveller_id}/end",
        drop,
        name="shop.travellers.delete",
        methods=POST,
        public=True,
    ),
]
