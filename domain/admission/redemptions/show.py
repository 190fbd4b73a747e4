"""What a gate shows beside yes or no: words and numbers, never a code or a full name."""

from typing import Any

from domain.admission.redemptions.uses import Use, terms_of
from domain.kernel.identity import mask_name
from domain.kernel.refusals import Refusal

WITH_LAST_ENTRY = frozenset({Refusal.USED_UP, Refusal.NOT_LEFT, Refusal.PASSBACK, Refusal.IN_USE})
WITH_WINDOW = frozenset({Refusal.NOT_YET, Refusal.EXPIRED, Refusal.WRONG_SLOT})


def ticket(seen: Any) -> dict[str, Any]:
    """Which ticket it is. Empty when there is none."""
    if seen.ticket_id is None:
        return {}
    shown = {
        "number": seen.ticket_number,
        "type_zh": seen.type_zh,
        "type_en": seen.type_en,
        "mode": seen.gate_mode,
        "of": seen.persons,
    }
    if seen.seats:
        shown["seats"] = seen.seats
    if seen.holder_name:
        shown["holder"] = mask_name(seen.holder_name)
    if seen.concession:
        shown["concession"] = seen.concession
    return shown


def allowed(seen: Any, use: Use) -> dict[str, Any]:
    """`left`: heads that may come after those who go now; absent when there is no limit."""
    shown = ticket(seen)
    if not terms_of(seen).unlimited:
        shown["left"] = max(0, use.entries_left - use.held_persons)
    return shown


def refused(seen: Any, refusal: Refusal, last: Any) -> dict[str, Any]:
    """`passed_at` and the gate's names: when and where it was used before."""
    shown = ticket(seen)
    if refusal in WITH_WINDOW:
        shown["valid_from"] = seen.valid_from.isoformat()
        shown["valid_until"] = seen.valid_until.isoformat()
    if last is not None:
        shown["passed_at"] = last.passed_at.isoformat()
        shown["gate_id"] = last.gate_id
        shown["gate_zh"], shown["gate_en"] = last.gate_zh, last.gate_en
    return shown
