"""Commands on their way to a device: from the row that somebody wrote to the wire, and back."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from devicehub.messages import Cmd
from devicehub.redemptions import unix_ms
from domain.admission import devices
from domain.admission.devices import CommandOp
from domain.kernel.db import Tx
from domain.kernel.vault import Vault

SIGNED = frozenset({CommandOp.OPEN, CommandOp.FREE})  # for devices behind a bridge


async def prepare(tx: Tx, row: Any, vault: Vault, now: datetime) -> Cmd | None:
    """What the device is told; None when there is nothing to tell any more. A question."""
    args = row.args
    if row.op == CommandOp.ROTATE:
        secret = await devices.next_secret(tx, row.device_id, vault)
        if secret is None:
            return None
        args = {**args, "secret": secret}
    command = Cmd(
        v=1, ts=unix_ms(now), cmd=row.id, op=row.op, exp=unix_ms(row.expires_at), args=args
    )
    if row.op not in SIGNED:
        return command
    key = await devices.mac_secret(tx, row.device_id, vault)
    return command if key is None else command.model_copy(update={"mac": mac_of(command, key)})


def mac_of(command: Cmd, secret: str) -> str:
    """HMAC-SHA256 over the command's canonical JSON: without `mac`, keys sorted, no spaces."""
    plain = command.model_dump(exclude={"mac"})
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(secret.encode(), canonical.encode(), hashlib.sha256).hexdigest()
