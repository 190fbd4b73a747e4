"""What a display shows: a number for every no that a gate can give, in both languages."""

import ast
from pathlib import Path

from devicehub import refusals
from devicehub.refusals import FAILED, NUMBERS, OPEN
from domain.kernel.errors import Conflict, say
from domain.kernel.refusals import Refusal

ROOT = Path(__file__).parent.parent.parent


def said_at_gates() -> set[str]:
    """Every Refusal that the redemptions of the domain, or this hub, can name."""
    paths = [
        *(ROOT / "domain/admission/redemptions").glob("*.py"),
        *(ROOT / "devicehub").glob("*.py"),
    ]
    return {
        node.attr
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Refusal"
    }


def upper(language: str, sentence: str) -> str:
    return f"{language} {sentence}"


def test_every_no_at_a_gate_has_a_number() -> None:
    assert said_at_gates() <= {no.name for no in NUMBERS}


def test_numbers_are_unique_and_leave_room_for_the_plain_ones() -> None:
    assert len(set(NUMBERS.values())) == len(NUMBERS)
    assert min(NUMBERS.values()) >= 10
    assert {OPEN, FAILED} == {0, 1}


def test_a_no_is_shown_in_both_languages() -> None:
    shown = refusals.refusal(upper, Refusal.PASSBACK, {"left": 2})
    assert shown == {
        "zh": "zh This ticket has just been used; please wait.",
        "en": "en This ticket has just been used; please wait.",
        "number": 23,
        "detail": {"left": 2},
    }


def test_what_could_not_be_answered_has_the_number_one() -> None:
    assert refusals.failure(upper, Conflict(say("No.")))["number"] == FAILED
