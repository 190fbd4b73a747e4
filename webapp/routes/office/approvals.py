"""What waits for somebody's decision: the worklist, one request, deciding it."""

from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus, worklist
from domain.operation.approvals.worklist import Part
from domain.operation.staff import Permission, people
from webapp import forms, htmx, paging
from webapp.form_fields import LongLine
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import acts

DECISIONS = {"approve": "approved", "reject": "rejected", "withdraw": "withdrawn"}


class Decision(Form):
    to: Literal["approve", "reject", "withdraw"]
    note: LongLine = ""


async def index(request: Request) -> Response:
    wanted, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    part = Part(wanted.text("part")) if wanted.text("part") in set(Part) else Part.OPEN

    async def listed(tx: Tx) -> tuple[list[Any], dict[str, str], int, int]:
        rows = await worklist.page(tx, staff, part, paging.cut(asked))
        names = await people.names(tx, sorted({row.requested_by for row in rows}))
        waiting = await worklist.count_open(tx, staff)
        others = 0
        if not rows and staff.may(Permission.DASHBOARD_SEE):  # it tells the same figure
            others = (await worklist.requested(tx)).n - waiting
        return rows, names, waiting, others

    rows, names, waiting, others = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.requested_at, row.id)),
        "names": names,
        "waiting": waiting,
        "for_others": max(others, 0),
        "part": part.value,
        "title_of": title_of,
        "status_of": lambda row: ApprovalStatus(row.status),
    }
    return render(request, "office/approvals/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def update(request: Request) -> Response:
    """Approve, reject or withdraw; of two at once one is told that it was decided."""
    typed, staff = await forms.read(request), staff_of(request)
    approval_id = request.path_params["approval_id"]
    try:
        wanted = forms.parse(Decision, typed)
        await db_of(request).act(
            worklist.decide_as,
            staff,
            approval_id,
            ApprovalStatus(DECISIONS[wanted.to]),
            wanted.note,
            actor_of(request),
            clock.utc_now(),
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    return htmx.redirect(request, request.app.state.addresses.path("approvals.index"))


def title_of(row: Any) -> Message | str:
    """What is asked for, in words."""
    effect = approvals.effect_of(row.kind)
    if effect is not None:
        return effect.title
    noun = acts.NOUNS.get(row.kind) or acts.NOUNS.get(row.noun)
    return noun.label if noun else row.kind


async def _page(request: Request, form: Typed, status: int = 200) -> Response:
    staff, approval_id = staff_of(request), request.path_params["approval_id"]

    async def looked_up(tx: Tx) -> tuple[Any, dict[str, str], list[Any]]:
        row = await worklist.get(tx, staff, approval_id)
        who = [person for person in (row.requested_by, row.decided_by) if person]
        return row, await people.names(tx, who), await history_of(tx, "approval", approval_id)

    row, names, history = await db_of(request).ask(looked_up)
    noun = acts.NOUNS.get(row.noun)
    addresses = request.app.state.addresses
    is_open, is_own = row.status == ApprovalStatus.REQUESTED, row.requested_by == staff.id
    context = {
        "row": row,
        "form": form,
        "names": names,
        "history": history,
        "heading": title_of(row),
        "state": ApprovalStatus(row.status),
        "subject_label": noun.label if noun else row.noun,
        "subject_url": addresses.path(noun.route, **{noun.parameter: row.subject_id})
        if noun and noun.parameter and noun.route in addresses
        else "",
        "may_decide": is_open and not is_own and worklist.may_decide(staff, row),
        "may_withdraw": is_open and is_own,
    }
    return render(request, "office/approvals/show.html", context, status=status)


ONE = "/office/approvals/{approval_id}"
routes = [  # who may decide which kind is the worklist's own check
    page("/office/approvals", index, name="approvals.index", signed_in=True),
    page(ONE, show, name="approvals.show", signed_in=True),
    page(ONE, update, methods=["POST"], name="approvals.update", signed_in=True),
]
