"""Roles: those of every installation, and the operator's own."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, InvalidInput
from domain.operation.staff import EVERYWHERE, Permission, roles
from domain.operation.staff.roles import RoleInput
from webapp import forms, htmx
from webapp.form_fields import Code, Line, Version
from webapp.forms import Form, Typed
from webapp.history import history_of
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.routes.office.places import name_of
from webapp.words.permissions import GROUPS


class RoleForm(Form):
    name_zh: Line
    name_en: Line
    permissions: list[Permission] = []  # noqa: RUF012  # pydantic copies it


class NewRoleForm(RoleForm):
    code: Code


class Versioned(Form):
    version: Version


async def index(request: Request) -> Response:
    async def listed(tx: Tx) -> tuple[list[Any], dict[str, int]]:
        return await roles.list_all(tx), await roles.holders(tx)

    rows, holders = await db_of(request).ask(listed)
    context = {"rows": rows, "holders": holders, "name_of": name_of, "may_edit": _may(request)}
    return render(request, "office/roles/index.html", context)


async def new(request: Request) -> Response:
    return await _page(request, forms.BLANK)


async def create(request: Request) -> Response:
    typed = await forms.read(request)
    staff_of(request).must(Permission.STAFF_EDIT, EVERYWHERE)
    try:
        wanted = forms.parse(NewRoleForm, typed)
        role_id = await db_of(request).act(
            roles.add, actor_of(request), wanted.code, _input(wanted), clock.utc_now()
        )
    except InvalidInput as error:
        return await _page(request, typed.refused(error), status=422)
    return _saved(request, role_id)


async def edit(request: Request) -> Response:
    row = await db_of(request).ask(roles.get, request.path_params["role_id"])
    return await _page(request, forms.filled(row._asdict()), row)


async def update(request: Request) -> Response:
    typed, role_id = await forms.read(request), request.path_params["role_id"]
    staff_of(request).must(Permission.STAFF_EDIT, EVERYWHERE)
    row = await db_of(request).ask(roles.get, role_id)

    async def act(tx: Tx, role: RoleInput, version: int, now: datetime) -> None:
        await roles.change(tx, actor_of(request), role_id, role, now, version=version)

    try:
        wanted = _input(forms.parse(RoleForm, typed))
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(act, wanted, version, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, typed.refused(error), row, status=422)
    except Forbidden as error:
        return await _page(request, typed.refused(error), row, status=403)
    return _saved(request, role_id)


async def retire(request: Request) -> Response:
    typed, role_id = await forms.read(request), request.path_params["role_id"]
    staff_of(request).must(Permission.STAFF_EDIT, EVERYWHERE)
    row = await db_of(request).ask(roles.get, role_id)

    async def act(tx: Tx, version: int, now: datetime) -> None:
        await roles.retire(tx, actor_of(request), role_id, now, version=version)

    try:
        version = forms.parse(Versioned, typed).version
        await db_of(request).act(act, version, clock.utc_now())
    except (InvalidInput, Conflict) as error:
        return await _page(request, forms.filled(row._asdict()).refused(error), row, status=422)
    return htmx.redirect(request, request.app.state.addresses.path("roles.index"))


def _input(wanted: RoleForm) -> RoleInput:
    return RoleInput(wanted.name_zh, wanted.name_en, frozenset(wanted.permissions))


def _may(request: Request) -> bool:
    """A role holds wherever it is given: only who manages staff everywhere makes them."""
    return staff_of(request).may(Permission.STAFF_EDIT, EVERYWHERE)


async def _page(request: Request, form: Typed, row: Any = None, status: int = 200) -> Response:
    whole = not staff_of(request).is_limited(Permission.STAFF_SEE)
    history = await db_of(request).ask(history_of, "role", row.id) if row and whole else []
    context = {
        "form": form,
        "row": row,
        "name_of": name_of,
        "groups": GROUPS,
        "history": history,
        "may_edit": _may(request) and not (row and (row.builtin or row.retired_at)),
    }
    return render(request, "office/roles/edit.html", context, fragment="form", status=status)


def _saved(request: Request, role_id: str) -> Response:
    return htmx.redirect(request, request.app.state.addresses.path("roles.edit", role_id=role_id))


SEE, EDIT, POST = Permission.STAFF_SEE, Permission.STAFF_EDIT, ["POST"]
ONE = "/office/roles/{role_id}"
routes = [
    page("/office/roles", index, name="roles.index", permission=SEE),
    page("/office/roles", create, methods=POST, name="roles.create", permission=EDIT),
    page("/office/roles/new", new, name="roles.new", permission=EDIT),
    page(ONE, edit, name="roles.edit", permission=SEE),
    page(ONE, update, methods=POST, name="roles.update", permission=EDIT),
    page(f"{ONE}/retirement", retire, methods=POST, name="roles.retire", permission=EDIT),
]
