"""What a handler needs of the app and of the one who asks, typed."""

from starlette.requests import Request

from domain.kernel.actors import Actor
from domain.kernel.db import Database
from domain.kernel.errors import Forbidden
from domain.kernel.vault import Vault
from domain.operation.staff import SignedIn
from webapp.pdf import Printer


def db_of(request: Request) -> Database:
    db: Database = request.app.state.db
    return db


def vault_of(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


def printer_of(request: Request) -> Printer:
    printer: Printer = request.app.state.printer
    return printer


def staff_of(request: Request) -> SignedIn:
    """Who is signed in. Behind a permission or `signed_in=True` there is always somebody."""
    staff: SignedIn | None = getattr(request.state, "staff", None)
    if staff is None:
        raise Forbidden()
    return staff


def actor_of(request: Request, *, place_id: str | None = None) -> Actor:
    """Who acts, for an act and its audit entry; without a place, the window or gate they are at."""
    actor = staff_of(request).actor(place_id=place_id, address=address_of(request))
    return actor._replace(request_id=getattr(request.state, "request_id", None))


def address_of(request: Request) -> str:
    """Where the request comes from, as far as it is known."""
    return request.client.host if request.client else ""
