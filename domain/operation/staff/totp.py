"""One-time codes (RFC 6238): good for their half minute and its neighbours, and only once."""

import hmac
import unicodedata
from datetime import datetime
from string import digits

import pyotp

from domain.kernel.vault import Vault

STEP_SECONDS = 30
SLACK_STEPS = 1  # clocks of phones and servers differ
PURPOSE = "staff.totp"


def new_secret() -> str:
    """160 random bits in base 32, as authenticator apps read them."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, login: str, issuer: str) -> str:
    """What the QR code of the enrolment page says."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def seal(vault: Vault, secret: str, staff_id: str) -> bytes:
    return vault.seal(PURPOSE, secret.encode(), staff_id)


def unseal(vault: Vault, sealed: bytes, staff_id: str) -> str:
    return vault.open(PURPOSE, sealed, staff_id).decode()


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The half minute that `code` belongs to; None when it is wrong, too old or was used."""
    typed = "".join(digit for digit in unicodedata.normalize("NFKC", code) if digit in digits)
    one_time = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current - SLACK_STEPS, current + SLACK_STEPS + 1):
        if last_step is not None and step <= last_step:
            continue
        if hmac.compare_digest(one_time.generate_otp(step), typed):
            return step
    return None
