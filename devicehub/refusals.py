"""What a gate's display shows: a number beside the light, and a sentence in two languages.

The numbers are printed in manuals (docs/devices.md): add freely, never renumber.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.kernel.errors import DomainError, Message, say
from domain.kernel.refusals import Refusal

OPEN, FAILED = 0, 1
NUMBERS = {
    Refusal.NOT_FOUND: 10,
    Refusal.UNPAID: 11,
    Refusal.REFUNDED: 12,
    Refusal.CHANGED: 13,
    Refusal.MEDIUM_DEAD: 14,
    Refusal.USED_UP: 15,
    Refusal.NOT_YET: 16,
    Refusal.EXPIRED: 17,
    Refusal.WRONG_SITE: 18,
    Refusal.WRONG_SLOT: 19,
    Refusal.LOST: 20,
    Refusal.LOCKED: 21,
    Refusal.BIO_MISMATCH: 22,
    Refusal.PASSBACK: 23,
    Refusal.NOT_LEFT: 24,
    Refusal.IN_USE: 25,
    Refusal.CAPACITY_HOLD: 26,
    Refusal.AREA_CLOSED: 27,
    Refusal.GATE_CLOSED: 28,
    Refusal.OFFLINE_DENY: 29,
    Refusal.TOO_LATE: 30,
    Refusal.BAD_CODE: 31,
    Refusal.BALANCE_SHORT: 32,
}
LANGUAGES = ("zh", "en")

Translate = Callable[[str, str], str]  # a language and a Message


def welcome(translate: Translate, persons: int, details: Mapping[str, Any]) -> dict[str, Any]:
    """What a green light says."""
    if persons > 1:
        sentence = say("Please enter, {persons} persons.", persons=persons)
    else:
        sentence = say("Please enter.")
    return _shown(translate, OPEN, sentence, details)


def refusal(translate: Translate, no: Refusal, details: Mapping[str, Any]) -> dict[str, Any]:
    """What a red light says."""
    return _shown(translate, NUMBERS[no], Message(no.message), details)


def failure(translate: Translate, error: DomainError) -> dict[str, Any]:
    """The question could not be answered at all."""
    return _shown(translate, FAILED, error.message, {})


def _shown(
    translate: Translate, number: int, sentence: Message, details: Mapping[str, Any]
) -> dict[str, Any]:
    texts = {language: translate(language, sentence) for language in LANGUAGES}
    return {**texts, "number": number, **({"detail": dict(details)} if details else {})}
