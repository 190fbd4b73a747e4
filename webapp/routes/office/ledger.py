"""The ledger: what stands on each account, its statement, and what one thing has moved."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from webapp import office_orders, paging
from webapp.ledger_pages import OF_AREAS, SEE, must_see, said
from webapp.office_orders import Named
from webapp.paging import Cursor, Direction, Page
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import acts


async def index(request: Request) -> Response:
    """Every area's accounts; those of one shift or one order are reached from there."""
    staff = staff_of(request)

    async def balances(tx: Tx) -> tuple[dict[str, str], list[tuple[str, AccountKind, int]]]:
        areas = await office_orders.areas_for(tx, staff, SEE)
        found = [
            (area_id, kind, await ledger.balance(tx, kind, area_id))
            for area_id in areas
            for kind in OF_AREAS
        ]
        return areas, found

    areas, found = await db_of(request).ask(balances)
    return render(request, "office/ledger/index.html", {"areas": areas, "accounts": found})


async def show(request: Request) -> Response:
    staff, asked = staff_of(request), paging.read(request)
    owner_id, word = request.path_params["owner_id"], request.path_params["account"]
    if word not in set(AccountKind):
        raise NotFound()
    kind = AccountKind(word)
    before = 2**62
    match asked.key if asked else ():
        case (int() as seq,):
            before = seq

    async def looked_up(tx: Tx) -> tuple[Named, list[Any], int]:
        names = await office_orders.names_for(tx, staff, SEE)
        must_see(staff, names.areas, kind, owner_id)
        rows = await ledger.statement(tx, kind, owner_id, most=paging.SIZE + 1, before=before)
        return names, rows, await ledger.balance(tx, kind, owner_id)

    names, rows, balance = await db_of(request).ask(looked_up)
    shown = rows[: paging.SIZE]
    older = (
        paging.encode(Cursor(Direction.OLDER, (shown[-1].seq,))) if len(rows) > paging.SIZE else ""
    )
    context = {
        "kind": kind,
        "owner": names.areas.get(owner_id, ""),
        "page": Page(shown, "", older),
        "balance": balance,
        "account": {"account": word, "owner_id": owner_id},
        "noun_of": acts.NOUNS.get,
        "said": said,
    }
    return render(request, "office/ledger/show.html", context, fragment="list")


async def cause(request: Request) -> Response:
    """Both sides of everything that an order, a refund or a shift has moved."""
    noun, cause_id = request.path_params["noun"], request.path_params["cause_id"]
    staff_of(request).must(SEE, "everywhere")
    rows = await db_of(request).ask(ledger.postings_of, noun, cause_id)
    if not rows:
        raise NotFound()
    known = acts.NOUNS.get(noun)
    addresses = request.app.state.addresses
    context = {
        "rows": rows,
        "noun": known.label if known else noun,
        "address": addresses.path(known.route, **{known.parameter: cause_id})
        if known and known.parameter and known.route in addresses
        else "",
        "kind_of": AccountKind,
        "said": said,
    }
    return render(request, "office/ledger/cause.html", context)


routes = [
    page("/office/ledger", index, name="ledger.index", permission=SEE),
    page("/office/ledger/causes/{noun}/{cause_id}", cause, name="ledger.cause", permission=SEE),
    page("/office/ledger/{account}/{owner_id}", show, name="ledger.show", permission=SEE),
]
