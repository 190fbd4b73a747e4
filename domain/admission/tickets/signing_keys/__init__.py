"""The keys that sign ticket codes: a new one each month, known to gates a week before it signs.

`rotate` makes them and `retire` lets the old ones go (`keep` does both, as a schedule), `current`
names the one a new medium is issued with, a `KeyRing` signs and holds the public ones, `day_keys`
are for dynamic codes.
"""

from domain.admission.tickets.signing_keys.daily import day_key, day_keys
from domain.admission.tickets.signing_keys.ring import KeyRing
from domain.admission.tickets.signing_keys.rotation import (
    PublicKey,
    current,
    get_private,
    keep,
    list_public,
    make,
    retire,
    rotate,
)

__all__ = [
    "KeyRing",
    "PublicKey",
    "current",
    "day_key",
    "day_keys",
    "get_private",
    "keep",
    "list_public",
    "make",
    "retire",
    "rotate",
]
