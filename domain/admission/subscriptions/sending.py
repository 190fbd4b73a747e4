"""Sending a notice: signed, with the parcel's id, which is the same when it is sent again."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from domain.admission.subscriptions import store
from domain.admission.subscriptions.model import Subscription
from domain.admission.subscriptions.saving import opened
from domain.kernel.db import Database, Tx
from domain.kernel.errors import say
from domain.kernel.vault import Vault
from domain.operation import outbox

KIND = "octo.notice"
GONE = 410  # the program's word that nobody is there any more

Send = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]


def carriers(
    db: Database, vault: Vault, send: Send, clock: Callable[[], datetime]
) -> dict[str, outbox.Carrier]:
    async def find(tx: Tx, subscription_id: str) -> Subscription | None:
        row = await tx.one(store.GET_ANY, id=subscription_id)
        return opened(vault, row) if row else None

    async def carry(parcel: outbox.Parcel) -> None:
        known = await db.ask(find, parcel.subject_id)
        if known is None:
            return  # the subscription was deleted meanwhile
        body = json.dumps({"id": parcel.id, **parcel.payload}, separators=(",", ":")).encode()
        at = str(int(clock().timestamp()))
        signature = {"Octo-Timestamp": at, "Octo-Signature": signed(known.secret, at, body)}
        status = await send(known.url, body, {**known.headers, **signature})
        if not 200 <= status < 300:
            raise outbox.CarryFailed(
                say("The program answered {status}.", status=status), permanent=status == GONE
            )

    return {KIND: carry}


def signed(secret: str, at: str, body: bytes) -> str:
    """HMAC-SHA256 over the moment (seconds since 1970), a full stop and the body, in hex."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
