"""Bills of payment platforms: their days, what differs, and what becomes of it."""

from datetime import date
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import reconciliation
from domain.commerce.payments import Tender
from domain.commerce.reconciliation import ItemStatus, TryOutcome
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.operation import jobs
from domain.operation.jobs import JobStatus
from domain.operation.staff import EVERYWHERE, people
from webapp import forms, htmx, office_bills, paging, progress
from webapp.form_fields import Day, Id, LongLine
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_bills import SEE, SETTLE, ItemsForm
from webapp.office_orders import areas_for
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices, label_of


class FetchForm(Form):
    tender: Tender
    day: Day


class NoteForm(Form):
    note: LongLine = ""


class SettleForm(Form):
    resolution: LongLine = ""
    area_id: Id | None = None


async def index(request: Request) -> Response:
    """Days of the platforms for who sees everything, and differences of what one may see."""
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(ItemsForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), ItemsForm()

    async def listed(tx: Tx) -> tuple[list[Any], list[Any], dict[str, str]]:
        sought = await office_bills.sought_of(tx, staff, wanted)
        rows = await reconciliation.list_items(tx, sought, paging.cut(asked))
        days = []
        if staff.may(SEE, EVERYWHERE):
            days = await reconciliation.days_of(tx, sources_of(request), clock.utc_now())
        owners = sorted({row.owner_id for row in rows if row.owner_id})
        return rows, days, await people.names(tx, owners)

    rows, days, names = await db_of(request).ask(listed)
    context = {
        **WORDS,
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.id,)),
        "days": days,
        "names": names,
        "tenders": [(one.value, label_of(one)) for one in tenders_of(request, days)],
        "statuses": choices(ItemStatus),
        "may_fetch": staff.may(SETTLE, EVERYWHERE),
        "connected": set(sources_of(request)),
        "query": {name: typed.text(name) for name in ItemsForm.model_fields if typed.text(name)},
    }
    return render(request, "office/reconciliation/index.html", context, fragment="list")


def sources_of(request: Request) -> set[str]:
    """The platforms that give bills, by their tenders' words."""
    return set(getattr(request.app.state, "bill_sources", {}))


def tenders_of(request: Request, days: list[Any]) -> list[Tender]:
    words = {*sources_of(request), *(one.tender.value for one in days)}
    return [one for one in Tender if one.value in words]


async def create(request: Request) -> Response:
    """Have a day's bill fetched, also once more; its page shows how far it is."""
    staff_of(request).must(SETTLE, EVERYWHERE)
    wanted = forms.parse(FetchForm, await forms.read(request))
    if wanted.tender.value not in sources_of(request):
        raise NotFound()
    params = {"tender": wanted.tender.value, "day": wanted.day.isoformat()}
    job_id = await db_of(request).act(
        jobs.request_alone, actor_of(request), reconciliation.JOB, params, clock.utc_now()
    )
    return _go(request, "bill_fetches.show", job_id=job_id)


async def fetching(request: Request) -> Response:
    job, state = await _fetch_of(request)
    context = {
        "day": date.fromisoformat(job.params["day"]),
        "tender": Tender(job.params["tender"]),
        "job": job,
        "progress": state,
    }
    return render(request, "office/reconciliation/fetch.html", context)


async def follow(request: Request) -> EventSourceResponse:
    async def state() -> progress.Progress:
        return (await _fetch_of(request))[1]

    return await progress.follow(request, state)


async def _fetch_of(request: Request) -> tuple[Any, progress.Progress]:
    """The job and how far it is, with what the platform said."""
    staff_of(request).must(SEE, EVERYWHERE)
    job = await db_of(request).ask(jobs.get, request.path_params["job_id"])
    if job.kind != reconciliation.JOB:
        raise NotFound()
    status, told, address = JobStatus(job.status), None, ""
    if status is JobStatus.DONE and job.result:
        told = label_of(TryOutcome(job.result["outcome"]))
        address = await _result_of(request, job.params)
    return job, progress.Progress(status, job.done_steps, job.all_steps, told, address)


async def _result_of(request: Request, params: dict[str, str]) -> str:
    day, tender = date.fromisoformat(params["day"]), Tender(params["tender"])
    bill = await db_of(request).ask(reconciliation.bill_of, tender, day)
    query = {"bill_id": bill.id} if bill is not None else {"tender": tender.value}
    path: str = request.app.state.addresses.path("reconciliation.index", query)
    return path


async def show(request: Request) -> Response:
    return await _page(request, BLANK)


async def assign(request: Request) -> Response:
    """I look into it; what I found so far."""
    typed, item = await forms.read(request), await _item_of(request)
    staff = staff_of(request)
    try:
        note = forms.parse(NoteForm, typed).note
        await db_of(request).act(
            reconciliation.assign, item.id, staff.id, actor_of(request), clock.utc_now(), note
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), 422)
    return _go(request, "bill_items.show", item_id=item.id)


async def resolve(request: Request) -> Response:
    typed, item = await forms.read(request), await _item_of(request)
    try:
        words = forms.parse(SettleForm, typed).resolution
        await db_of(request).act(
            reconciliation.resolve, item.id, words, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), 422)
    return _go(request, "bill_items.show", item_id=item.id)


async def write_off(request: Request) -> Response:
    """Ask a second person to let the ledger follow the bill."""
    typed, item = await forms.read(request), await _item_of(request)
    try:
        wanted = forms.parse(SettleForm, typed)
        if wanted.area_id:
            staff_of(request).must(SETTLE, wanted.area_id)
        await db_of(request).act(
            reconciliation.ask_write_off,
            item.id,
            wanted.area_id or "",
            wanted.resolution,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), 422)
    return _go(request, "bill_items.show", item_id=item.id)


async def _item_of(request: Request) -> Any:
    item = await db_of(request).ask(reconciliation.get_item, request.path_params["item_id"])
    staff_of(request).must(SETTLE, item.area_id or EVERYWHERE)
    return item


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    staff = staff_of(request)

    async def looked_up(tx: Tx) -> dict[str, Any]:
        item = await reconciliation.get_item(tx, request.path_params["item_id"])
        staff.must(SEE, item.area_id or EVERYWHERE)
        who = sorted({one for one in (item.owner_id, item.resolved_by) if one})
        return {
            "item": item,
            "names": await people.names(tx, who),
            "areas": await areas_for(tx, staff, SETTLE),
            "history": await history_of(tx, "bill_item", item.id),
        }

    found = await db_of(request).ask(looked_up)
    item = found["item"]
    open_here = item.status == ItemStatus.OPEN and staff.may(SETTLE, item.area_id or EVERYWHERE)
    filled = form if form is not BLANK else forms.filled({"note": item.note})
    context = {
        **WORDS,
        **found,
        "form": filled,
        "may_settle": open_here,
        "rest_minor": reconciliation.rest_of(item),
    }
    return render(request, "office/reconciliation/show.html", context, status=status)


def _go(request: Request, route: str, **parameters: str) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path(route, None, **parameters))


WORDS = {
    "finding_of": office_bills.finding_of,
    "status_of": office_bills.status_of,
    "tender_of": office_bills.tender_of,
    "kind_of": office_bills.kind_of,
}
ALL, POST = "/office/reconciliation", ["POST"]
FETCH, ITEM = f"{ALL}/fetches/{{job_id}}", f"{ALL}/items/{{item_id}}"
routes = [
    page(ALL, index, name="reconciliation.index", permission=SEE),
    page(f"{ALL}/fetches", create, name="bill_fetches.create", permission=SETTLE, methods=POST),
    page(FETCH, fetching, name="bill_fetches.show", permission=SEE),
    page(f"{FETCH}/progress", follow, name="bill_fetches.progress", permission=SEE),
    page(ITEM, show, name="bill_items.show", permission=SEE),
    page(f"{ITEM}/owner", assign, name="bill_items.assign", permission=SETTLE, methods=POST),
    page(f"{ITEM}/resolution", resolve, name="bill_items.resolve", permission=SETTLE, methods=POST),
    page(
        f"{ITEM}/write-off",
        write_off,
        name="bill_items.write_off",
        permission=SETTLE,
        methods=POST,
    ),
]
