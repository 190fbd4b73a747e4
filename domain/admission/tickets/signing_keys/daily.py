"""The keys of dynamic codes: one for each UTC day, from the installation's secret.

Nothing is stored. A gate is pushed the keys of today and tomorrow; a visitor's phone gets only
`code.ticket_key` of one day and one ticket.
"""

from datetime import UTC, date, datetime, timedelta

from domain.admission.tickets.code import STEP_SECONDS, STEPS_OF_SKEW
from domain.kernel.vault import Vault

NEAR = timedelta(seconds=STEP_SECONDS * (STEPS_OF_SKEW + 1))


def day_key(vault: Vault, day: date) -> bytes:
    return vault.derive(f"ticket.day_key:{day.isoformat()}")


def day_keys(vault: Vault, now: datetime) -> tuple[bytes, ...]:
    """The keys that a code shown about now may have been made with: two around midnight."""
    moment = now.astimezone(UTC)
    days = sorted({(moment - NEAR).date(), (moment + NEAR).date()})
    return tuple(day_key(vault, day) for day in days)
