"""What OTAs asked and were answered: every call, with nobody's data in it."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import ota
from domain.admission.ota import Service, Sought
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput
from webapp import forms, paging
from webapp.agent_pages import SEE
from webapp.form_fields import Id, Line
from webapp.forms import Form
from webapp.office_orders import areas_for
from webapp.parts import db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render

SERVICES = [(service.value, service.value) for service in Service]


class FilterForm(Form):
    q: Line = ""
    account: Id | None = None
    service: Service | None = None
    failed: bool = False


async def index(request: Request) -> Response:
    typed, asked, staff = forms.read_query(request), paging.read(request), staff_of(request)
    try:
        wanted = forms.parse(FilterForm, typed)
    except InvalidInput as error:
        typed, wanted = typed.refused(error), FilterForm()

    async def listed(tx: Tx) -> list[Any]:
        areas = list(await areas_for(tx, staff, SEE))
        service = wanted.service.value if wanted.service else ""
        sought = Sought(areas, wanted.account or "", service, wanted.q, wanted.failed)
        return await ota.list_calls(tx, sought, paging.cut(asked))

    rows = await db_of(request).ask(listed)
    context = {
        "form": typed,
        "page": paging.page_of(rows, asked, key=lambda row: (row.at, row.id)),
        "services": SERVICES,
        "query": {name: typed.text(name) for name in FilterForm.model_fields if typed.text(name)},
    }
    return render(request, "office/ota_calls/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    call = await db_of(request).ask(ota.get_call, request.path_params["call_id"])
    staff_of(request).must(SEE, call.area_id)
    text = json.dumps(call.shown, ensure_ascii=False, indent=2) if call.shown else ""
    return render(request, "office/ota_calls/show.html", {"call": call, "text": text})


ALL = "/office/ota-calls"
routes = [
    page(ALL, index, name="ota_calls.index", permission=SEE),
    page(f"{ALL}/{{call_id}}", show, name="ota_calls.show", permission=SEE),
]
