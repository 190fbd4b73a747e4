"""The paper of a booking, behind an address that only who was told it can know."""

import hmac

from starlette.requests import Request

from domain.kernel.errors import NotFound
from domain.kernel.vault import Vault
from webapp.parts import vault_of

PURPOSE = "octo.document"


def address_of_document(request: Request, booking_id: str) -> str:
    key = vault_of(request).fingerprint(PURPOSE, booking_id)
    path = request.app.state.addresses.path("octo.documents.show", booking_id=booking_id, key=key)
    return f"{request.app.state.settings.base_url}{path}"


def check(vault: Vault, booking_id: str, key: str) -> None:
    """Raises NotFound when the address was not made here."""
    known = vault.fingerprints(PURPOSE, booking_id)
    if not any(hmac.compare_digest(one.encode(), key.encode()) for one in known):
        raise NotFound()
