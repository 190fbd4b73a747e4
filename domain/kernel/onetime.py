"""Short codes that are sent to a phone and typed back. Nothing of a code is kept: it is computed
from what it is about and a nonce, when it is sent and again when it is typed.

What counts tries and sendings is the caller's (`domain.admission.collections.guessing`).
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from domain.kernel import ids
from domain.kernel.vault import Vault

LIFE = timedelta(minutes=10)
DIGITS = 6


def nonce_at(now: datetime) -> str:
    """What the page that asks for the code remembers."""
    return f"{int(now.timestamp())}.{ids.new_id()}"


def code_for(vault: Vault, purpose: str, about: str, nonce: str) -> str:
    """The code to send: six digits."""
    return shown(vault.fingerprint(purpose, f"{about}:{nonce}"))


def is_code(vault: Vault, purpose: str, about: str, nonce: str, typed: str, now: datetime) -> bool:
    """Whether this is the code that was sent for the nonce, at most ten minutes ago."""
    at, _, rest = nonce.partition(".")
    plain = "".join(typed.split())
    if not (at.isascii() and at.isdigit() and len(at) < 12 and rest and plain.isascii()):
        return False
    age = now.timestamp() - int(at)
    if not -1 <= age <= LIFE.total_seconds():
        return False
    known = [shown(mark) for mark in vault.fingerprints(purpose, f"{about}:{nonce}")]
    return any(hmac.compare_digest(one, plain) for one in known)


def shown(mark: str) -> str:
    """Six digits of a keyed mark."""
    number = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"
