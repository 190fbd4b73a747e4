"""Who looks at a card of theirs: a cookie of its own, good for one card and twenty minutes, and for
nothing but `/cards`."""

import hmac
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.vault import Vault
from webapp.parts import vault_of

COOKIE, PATH, PURPOSE = "shanmen_card", "/cards", "card_visit"
LIFE = timedelta(minutes=20)
MOST_CHARACTERS = 200


def begin(request: Request, response: Response, card_id: str, now: datetime) -> Response:
    """Let this browser look at the card for a while."""
    until = int((now + LIFE).timestamp())
    value = f"{card_id}.{until}.{mark_of(vault_of(request), card_id, until)}"
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(LIFE.total_seconds()),
        path=PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def end(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=PATH)
    return response


def card_id_of(request: Request, now: datetime) -> str | None:
    """The card that this browser may look at; None for any other browser."""
    value = request.cookies.get(COOKIE, "")
    parts = value.split(".", 2)
    if len(value) > MOST_CHARACTERS or len(parts) != 3:
        return None
    card_id, until, mark = parts
    if not (until.isascii() and until.isdigit() and len(until) < 12):
        return None
    if int(until) <= now.timestamp():
        return None
    known = vault_of(request).fingerprints(PURPOSE, f"{card_id}:{until}")
    same = any(hmac.compare_digest(one.encode(), mark.encode()) for one in known)
    return card_id if same else None


def mark_of(vault: Vault, card_id: str, until: int) -> str:
    return vault.fingerprint(PURPOSE, f"{card_id}:{until}")
