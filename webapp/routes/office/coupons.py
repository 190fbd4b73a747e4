"""Coupons of a promotion: made in batches, taken away as a file, voided."""

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import promotions
from domain.kernel import clock
from domain.kernel.errors import Conflict, InvalidInput, say
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Count
from webapp.forms import Form
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page

EDIT = Permission.PROMOTIONS_EDIT


class BatchForm(Form):
    number: Count


class VoidForm(Form):
    batch: Count


async def create(request: Request) -> Response:
    """So many new codes."""
    typed, promotion_id = await forms.read(request), request.path_params["promotion_id"]
    row = await db_of(request).ask(promotions.get, promotion_id)
    staff_of(request).must(EDIT, row.area_id)
    try:
        number = forms.parse(BatchForm, typed).number
        await db_of(request).act(
            promotions.coupons.make, promotion_id, number, actor_of(request), clock.utc_now()
        )
    except (InvalidInput, Conflict) as error:
        fields = getattr(error, "fields", {})
        said = next(iter(fields.values()), error.message)
        return _back(request, promotion_id, i18n.here(said))
    return _back(request, promotion_id, i18n.here(say("The coupons are made.")))


async def delete(request: Request) -> Response:
    """What nobody has used of a batch is good no more."""
    typed, promotion_id = await forms.read(request), request.path_params["promotion_id"]
    row = await db_of(request).ask(promotions.get, promotion_id)
    staff_of(request).must(EDIT, row.area_id)
    batch = forms.parse(VoidForm, typed).batch
    await db_of(request).act(
        promotions.coupons.void, promotion_id, batch, actor_of(request), clock.utc_now()
    )
    return _back(request, promotion_id, i18n.here(say("Saved.")))


def _back(request: Request, promotion_id: str, said: str) -> Response:
    address = request.app.state.addresses.path("promotions.show", promotion_id=promotion_id)
    return htmx.toast(htmx.redirect(request, address), said)


ONE, POST = "/office/promotions/{promotion_id}/coupons", ["POST"]
routes = [
    page(ONE, create, name="coupons.create", permission=EDIT, methods=POST),
    page(f"{ONE}/void", delete, name="coupons.delete", permission=EDIT, methods=POST),
]
