"""OTAs in the office: their accounts and keys, and their codes for our tickets."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import ota
from domain.admission.ota import AccountInput, AccountStatus, Keys, ProductInput, ProductStatus
from domain.commerce import agents, catalog
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, say
from webapp import forms, htmx, i18n, paging
from webapp.agent_pages import EDIT, SEE
from webapp.form_fields import Id, Line, Secret, Version
from webapp.forms import BLANK, Form, Typed
from webapp.history import history_of
from webapp.office_orders import areas_for, name_of
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render
from webapp.words import choices

MOST_CHOICES = 200
Plu = Annotated[str, StringConstraints(max_length=64)]


class AccountForm(Form):
    notice_url: Annotated[str, StringConstraints(max_length=300)] = ""
    status: AccountStatus = AccountStatus.ACTIVE
    sign_key: Secret = ""
    seal_key: Secret = ""
    vector: Secret = ""

    def input(self) -> AccountInput:
        """Keys that nobody types stay as they are."""
        typed = (self.sign_key.strip(), self.seal_key.strip(), self.vector.strip())
        return AccountInput(self.notice_url, self.status, Keys(*typed) if any(typed) else None)


class NewForm(AccountForm):
    agent_id: Id
    account_id: Line


class Versioned(Form):
    version: Version


class ProductForm(Form):
    ticket_type_id: Id
    slot_at: Annotated[str, StringConstraints(max_length=5)] = ""
    status: ProductStatus = ProductStatus.ACTIVE

    def input(self) -> ProductInput:
        return ProductInput(self.ticket_type_id, self.slot_at, self.status)


class NewProductForm(ProductForm):
    plu: Plu


async def index(request: Request) -> Response:
    asked, staff = paging.read(request), staff_of(request)

    async def listed(tx: Tx) -> list[Any]:
        return await ota.list_accounts(tx, list(await areas_for(tx, staff, SEE)), paging.cut(asked))

    rows = await db_of(request).ask(listed)
    context = {
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "status_of": status_of,
        "may_edit": staff.may(EDIT),
    }
    return render(request, "office/ota_accounts/index.html", context, fragment="list")


async def show(request: Request) -> Response:
    account, asked = await seen(request, SEE), paging.read(request)

    async def looked_up(tx: Tx) -> tuple[list[Any], Any]:
        rows = await ota.list_products(tx, account.id, paging.cut(asked))
        return rows, await history_of(tx, "ota_account", account.id)

    rows, history = await db_of(request).ask(looked_up)
    context = {
        "account": account,
        "page": paging.page_of(rows, asked, key=lambda row: (row.created_at, row.id)),
        "history": history,
        "status_of": status_of,
        "product_status_of": lambda row: ProductStatus(row.status),
        "name_of": name_of,
        "address": f"{request.app.state.settings.base_url}/api/ota/orders",
        "may_edit": staff_of(request).may(EDIT, account.area_id),
    }
    return render(request, "office/ota_accounts/show.html", context, fragment="list")


async def new(request: Request) -> Response:
    return await form_page(request, BLANK)


async def create(request: Request) -> Response:
    typed, db = await forms.read(request), db_of(request)
    try:
        wanted = forms.parse(NewForm, typed)
        agent = await db.ask(agents.get, wanted.agent_id)
        staff_of(request).must(EDIT, agent.area_id)
        made = await db.act(
            ota.add_account,
            vault_of(request),
            agent.id,
            wanted.account_id,
            wanted.input(),
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await form_page(request, without_keys(typed.refused(error)), status=422)
    return to_account(request, made)


async def edit(request: Request) -> Response:
    account = await seen(request, EDIT)
    shown = {name: getattr(account, name) for name in ("notice_url", "status", "version")}
    return await form_page(request, forms.filled(shown), account)


async def update(request: Request) -> Response:
    account, typed = await seen(request, EDIT), await forms.read(request)
    try:
        wanted, version = forms.parse(AccountForm, typed), forms.parse(Versioned, typed).version
        await db_of(request).act(
            ota.change_account,
            vault_of(request),
            account,
            wanted.input(),
            version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await form_page(request, without_keys(typed.refused(error)), account, status=422)
    return to_account(request, account.id)


async def new_product(request: Request) -> Response:
    return await product_page(request, BLANK, await seen(request, EDIT))


async def create_product(request: Request) -> Response:
    account, typed = await seen(request, EDIT), await forms.read(request)
    try:
        wanted = forms.parse(NewProductForm, typed)
        await db_of(request).act(
            ota.add_product,
            account,
            wanted.plu,
            wanted.input(),
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await product_page(request, typed.refused(error), account, status=422)
    return to_account(request, account.id)


async def edit_product(request: Request) -> Response:
    account, product = await seen_product(request)
    return await product_page(request, forms.filled(product._asdict()), account, product)


async def update_product(request: Request) -> Response:
    account, product = await seen_product(request)
    typed = await forms.read(request)
    try:
        wanted, version = forms.parse(ProductForm, typed), forms.parse(Versioned, typed).version
        await db_of(request).act(
            ota.change_product,
            product.id,
            wanted.input(),
            version,
            actor_of(request),
            clock.utc_now(),
        )
    except (InvalidInput, Conflict) as error:
        return await product_page(request, typed.refused(error), account, product, status=422)
    return to_account(request, account.id)


def status_of(account: Any) -> AccountStatus:
    return AccountStatus(account.status)


def without_keys(typed: Typed) -> Typed:
    """What was typed as a key is typed again: no page carries one."""
    hidden = {"sign_key", "seal_key", "vector"}
    return replace(typed, values={k: v for k, v in typed.values.items() if k not in hidden})


async def seen(request: Request, permission: Any) -> Any:
    account = await db_of(request).ask(ota.get_account, request.path_params["ota_account_id"])
    staff_of(request).must(permission, account.area_id)
    return account


async def seen_product(request: Request) -> tuple[Any, Any]:
    product = await db_of(request).ask(ota.get_product, request.path_params["product_id"])
    staff_of(request).must(EDIT, product.area_id)
    return await db_of(request).ask(ota.get_account, product.account_id), product


def to_account(request: Request, account: str) -> Response:
    address = request.app.state.addresses.path("ota_accounts.show", ota_account_id=account)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Saved.")))


async def form_page(
    request: Request, form: Typed, account: Any = None, *, status: int = 200
) -> Response:
    staff = staff_of(request)

    async def choosable(tx: Tx) -> list[tuple[str, str]]:
        areas = list(await areas_for(tx, staff, EDIT))
        rows = await agents.list_agents(tx, areas, "active", "", Cut(most=MOST_CHOICES))
        return [(row.id, f"{row.code} · {row.name}") for row in rows]

    context = {
        "form": form,
        "account": account,
        "agents": [] if account else await db_of(request).ask(choosable),
        "statuses": choices(AccountStatus),
    }
    return render(request, "office/ota_accounts/edit.html", context, fragment="form", status=status)


async def product_page(
    request: Request, form: Typed, account: Any, product: Any = None, *, status: int = 200
) -> Response:
    async def types(tx: Tx) -> list[tuple[str, str]]:
        rows = await catalog.list_ticket_types(tx, account.area_id, most=MOST_CHOICES)
        return [(row.id, name_of(row)) for row in rows]

    context = {
        "form": form,
        "account": account,
        "product": product,
        "types": await db_of(request).ask(types),
        "statuses": choices(ProductStatus),
    }
    return render(
        request, "office/ota_accounts/product.html", context, fragment="form", status=status
    )


ALL, POST = "/office/ota-accounts", ["POST"]
ONE, PRODUCT = f"{ALL}/{{ota_account_id}}", "/office/ota-products/{product_id}"
routes = [
    page(ALL, index, name="ota_accounts.index", permission=SEE),
    page(ALL, create, name="ota_accounts.create", permission=EDIT, methods=POST),
    page(f"{ALL}/new", new, name="ota_accounts.new", permission=EDIT),
    page(ONE, show, name="ota_accounts.show", permission=SEE),
    page(ONE, update, name="ota_accounts.update", permission=EDIT, methods=POST),
    page(f"{ONE}/edit", edit, name="ota_accounts.edit", permission=EDIT),
    page(f"{ONE}/products/new", new_product, name="ota_products.new", permission=EDIT),
    page(
        f"{ONE}/products",
        create_product,
        name="ota_products.create",
        permission=EDIT,
        methods=POST,
    ),
    page(f"{PRODUCT}/edit", edit_product, name="ota_products.edit", permission=EDIT),
    page(PRODUCT, update_product, name="ota_products.update", permission=EDIT, methods=POST),
]
