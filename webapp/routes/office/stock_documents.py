"""Stock documents: the list, one document, writing one by keyboard or scanner, its steps."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import stock
from domain.commerce.stock import DocumentKind, DocumentStatus, LineRole, Serials, documents
from domain.commerce.stock.documents import Draft
from domain.commerce.stock.looking import Wanted
from domain.commerce.stock.looking import documents as list_documents
from domain.kernel import clock, ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidInput,
    Message,
    NotFound,
    Refused,
)
from domain.operation.staff import SignedIn, people
from webapp import forms, htmx, paging, security, stock_prints
from webapp.form_fields import Id, Line, LongLine, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.office_stock import APPROVE, EDIT, SEE, Stores, stores_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import Endpoint, page
from webapp.rendering import render
from webapp.words import choices

EMPTY_ROWS = 3
MOST_ROWS = 200
MOST_PEOPLE = 200


class FilterForm(Form):
    kind: DocumentKind | None = None
    status: DocumentStatus | None = None
    holder: Id | None = None


class DraftForm(Form):
    kind: DocumentKind
    stock_kind_id: Id
    from_id: Id | None = None
    to_id: Id | None = None
    received_by: Id | None = None
    note: LongLine = ""
    request_id: Line = ""


class Versioned(Form):
    version: Version
    reason: LongLine = ""


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> tuple[Stores, list[Any], dict[str, str]]:
        stores = await stores_for(tx, staff)
        areas = sorted({one.area_id for one in stores.holders.values()})
        chosen = Wanted(areas, wanted.kind or "", wanted.status or "", wanted.holder or "")
        rows = await list_documents(tx, chosen, paging.cut(asked))
        who = sorted({row.made_by for row in rows if row.made_by})
        return stores, rows, await people.names(tx, who)

    stores, rows, names = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "stores": stores,
        "names": names,
        "page": paging.page_of(rows, asked, key=lambda row: (row.made_at, row.id)),
        "kind_of": DocumentKind,
        "status_of": DocumentStatus,
        "kinds": choices(DocumentKind),
        "statuses": choices(DocumentStatus),
        "query": {name: typed.text(name) for name in FilterForm.model_fields},
        "may_edit": staff.may(EDIT),
        "is_seen": lambda row: is_seen(stores, row),
    }
    return render(request, "office/stock_documents/index.html", context, fragment="list")


def is_seen(stores: Stores, row: Any) -> bool:
    """Whoever sees one end sees the document."""
    return row.from_id in stores.holders or row.to_id in stores.holders


async def show(request: Request) -> Response:
    return await _page(request)


async def _page(request: Request, error: DomainError | None = None) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        stores, row = await _seen(tx, staff, request.path_params["document_id"])
        who = [row.made_by, row.approved_by, row.posted_by, row.reversed_by, row.received_by]
        lines = await documents.lines_of(tx, row.id)
        return {
            "stores": stores,
            "document": row,
            "lines": [(role, one) for role in LineRole for one in lines[role]],
            "names": await people.names(tx, sorted({one for one in who if one})),
            "history": await history_of(tx, "stock_document", row.id),
            "may_edit": staff.may(EDIT, documents.own_end(row)),
            "may_reverse": staff.may(APPROVE, row.area_id) and row.made_by != staff.id,
        }

    context = {
        **await db_of(request).ask(looked_up),
        "form": forms.BLANK.refused(error) if error else forms.BLANK,
        "kind_of": DocumentKind,
        "status_of": DocumentStatus,
    }
    status = 422 if error else 200
    return render(request, "office/stock_documents/show.html", context, status=status)


async def _seen(tx: Tx, staff: SignedIn, document_id: str) -> tuple[Stores, Any]:
    stores, row = await stores_for(tx, staff), await documents.get_document(tx, document_id)
    if not is_seen(stores, row):
        raise NotFound()
    return stores, row


async def new(request: Request) -> Response:
    """The form of one kind of document: which ends it has follows from that."""
    return await _form_page(request, forms.read_query(request))


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    try:
        draft = draft_of(typed)
        must_write(staff_of(request), own_end_of(draft))
        document_id = await db_of(request).act(
            documents.draft, draft, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Refused, NotFound) as error:
        return await _form_page(request, typed.refused(error), status=422)
    return _to(request, document_id)


async def edit(request: Request) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> tuple[Any, list[Serials]]:
        _, row = await _seen(tx, staff, request.path_params["document_id"])
        return row, (await documents.lines_of(tx, row.id))[LineRole.LISTED]

    row, lines = await db_of(request).ask(looked_up)
    shown = {
        **row._asdict(),
        "first": [one.first_text for one in lines],
        "last": [one.last_text for one in lines],
    }
    return await _form_page(request, forms.filled(shown), row)


async def update(request: Request) -> Response:
    typed, staff = await forms.read(request), staff_of(request)
    _, row = await db_of(request).ask(_seen, staff, request.path_params["document_id"])
    try:
        draft = draft_of(Typed({**typed.values, "kind": [row.kind]}))
        for place_id in (documents.own_end(row), own_end_of(draft)):
            must_write(staff, place_id)
        seen = forms.parse(Versioned, typed)
        await db_of(request).act(_change, row.id, draft, actor_of(request), seen.version)
    except (InvalidInput, Refused, Conflict, NotFound) as error:
        return await _form_page(request, typed.refused(error), row, status=422)
    return _to(request, row.id)


async def _change(tx: Tx, document_id: str, draft: Draft, actor: Actor, version: int) -> None:
    now = clock.utc_now()
    await documents.change_draft(tx, document_id, draft, actor, now, version=version)


def draft_of(typed: Typed) -> Draft:
    """The form as the warehouse takes it; an empty row is none."""
    wanted = forms.parse(DraftForm, typed)
    lines: list[Serials] = []
    wrong: dict[str, Message] = {}
    rows = zip(typed.texts("first"), typed.texts("last"), strict=False)
    for number, (first, last) in enumerate(rows):
        if not (first.strip() or last.strip()) or number >= MOST_ROWS:
            continue
        try:
            lines.append(stock.between(first, last, f"first_{number}"))
        except InvalidInput as error:
            wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    return Draft(
        wanted.kind,
        wanted.stock_kind_id,
        lines,
        wanted.from_id,
        wanted.to_id,
        wanted.received_by,
        wanted.note,
        wanted.request_id or None,
    )


def own_end_of(draft: Draft) -> str | None:
    to_us = draft.kind in (DocumentKind.RECEIPT, DocumentKind.RETURN)
    return draft.to_id if to_us else draft.from_id


def must_write(staff: SignedIn, place_id: str | None) -> None:
    """At the place that the document begins or ends with; none chosen is a mistake of the form."""
    staff.must(EDIT, place_id or None)


def step(act: Callable[..., Awaitable[Any]], *, needs_reason: bool = False) -> Endpoint:
    """One step of a document: hand in, post, reverse, discard."""

    async def create(request: Request) -> Response:
        typed, staff = await forms.read(request), staff_of(request)
        _, row = await db_of(request).ask(_seen, staff, request.path_params["document_id"])
        if needs_reason:
            staff.must(APPROVE, row.area_id)
        else:
            staff.must(EDIT, documents.own_end(row))

        async def take(tx: Tx, actor: Actor, sent: Versioned) -> None:
            words = (sent.reason,) if needs_reason else ()
            await act(tx, row.id, *words, actor, clock.utc_now(), version=sent.version)

        try:
            sent = forms.parse(Versioned, typed)
            await db_of(request).act(take, actor_of(request), sent)
        except (InvalidInput, Refused, Conflict, Forbidden) as error:
            return await _page(request, error)
        return _to(request, row.id)

    return create


async def paper(request: Request) -> Response:
    """The document on A4, to be signed."""
    staff = staff_of(request)
    stores, row = await db_of(request).ask(_seen, staff, request.path_params["document_id"])
    pdf = await stock_prints.document_pdf(request, stores, row, clock.utc_now())
    security.allow_framing(request)
    headers = {"Content-Disposition": f'inline; filename="{row.number}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _form_page(
    request: Request, form: Typed, row: Any = None, *, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> tuple[Stores, list[Any]]:
        everybody = await people.search(tx, cut=people.FIRST._replace(most=MOST_PEOPLE))
        return await stores_for(tx, staff), everybody

    stores, everybody = await db_of(request).ask(looked_up)
    asked = row.kind if row else form.text("kind")
    kind = DocumentKind(asked) if asked in set(DocumentKind) else DocumentKind.RECEIPT
    ends = documents.ENDS[kind]
    rows = list(zip(form.texts("first"), form.texts("last"), strict=False))[:MOST_ROWS]
    context = {
        "form": form,
        "document": row,
        "kind": kind,
        "kinds": [(one, one is kind) for one in DocumentKind],
        "stores": stores,
        "sources": stores.living(*ends[0]) if ends[0] else [],
        "targets": stores.living(*ends[1]) if ends[1] else [],
        "receivers": [(one.id, f"{one.name} · {one.login}") for one in everybody],
        "rows": [*rows, *[("", "")] * EMPTY_ROWS],
        "request_id": form.text("request_id") or ids.new_id(),
    }
    return render(
        request, "office/stock_documents/edit.html", context, fragment="form", status=status
    )


def _to(request: Request, document_id: str) -> Response:
    addresses = request.app.state.addresses
    return htmx.redirect(request, addresses.path("stock_documents.show", document_id=document_id))


POST = ["POST"]
ALL = "/office/stock/documents"
ONE = f"{ALL}/{{document_id}}"
STEPS = {
    "submissions": ("submit", step(documents.submit), EDIT),
    "postings": ("post", step(documents.post), EDIT),
    "reversals": ("reverse", step(documents.reverse, needs_reason=True), APPROVE),
    "discards": ("discard", step(documents.discard), EDIT),
}
routes = [
    page(ALL, index, name="stock_documents.index", permission=SEE),
    page(ALL, create, name="stock_documents.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="stock_documents.new", permission=EDIT),
    page(ONE, show, name="stock_documents.show", permission=SEE),
    page(ONE, update, name="stock_documents.update", permission=EDIT, methods=POST),
    page(f"{ONE}/edit", edit, name="stock_documents.edit", permission=EDIT),
    page(f"{ONE}/paper.pdf", paper, name="stock_documents.paper", permission=SEE),
    *(
        page(
            f"{ONE}/{noun}",
            endpoint,
            name=f"stock_documents.{name}",
            permission=permission,
            methods=POST,
        )
        for noun, (name, endpoint, permission) in STEPS.items()
    ),
]
