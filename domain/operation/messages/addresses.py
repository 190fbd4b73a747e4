"""Phones and mail addresses: tidied, marked, shown."""

from domain.kernel.errors import InvalidInput, say
from domain.kernel.identity import MOBILE, mask, normalise_phone
from domain.kernel.vault import Vault
from domain.operation.messages.model import MessageChannel

PURPOSES = {MessageChannel.SMS: "phone", MessageChannel.EMAIL: "email"}
MOST = 254


def tidy(channel: MessageChannel, typed: str) -> str:
    """The address as it is sent to. Raises InvalidInput at `address`."""
    if channel is MessageChannel.SMS:
        phone = normalise_phone(typed)
        digits = phone.removeprefix("+")
        foreign = phone.startswith("+") and digits.isascii() and digits.isdigit()
        if MOBILE.fullmatch(phone) or (foreign and 7 <= len(digits) <= 15):
            return phone
        raise InvalidInput(
            {"address": say("A mobile number is 11 digits and begins with 13 to 19.")}
        )
    address = typed.strip()
    name, _, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' ,;<>"\\')
    if not (name and "." in host and plain and len(address) <= MOST):
        raise InvalidInput({"address": say("Please type a mail address.")})
    return address


def marks(vault: Vault, channel: MessageChannel, address: str) -> tuple[str, ...]:
    """Every mark it may be stored under, newest first."""
    return vault.fingerprints(PURPOSES[channel], address.lower())


def shown(channel: MessageChannel, address: str) -> str:
    if channel is MessageChannel.SMS:
        return mask(address)
    name, _, host = address.rpartition("@")
    return f"{name[:2]}***@{host}"[:120]
