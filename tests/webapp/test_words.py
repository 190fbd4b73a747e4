"""Every member of an enum that is shown has its word."""

from types import SimpleNamespace

from starlette.applications import Starlette

from domain.admission.tickets import TicketStatus
from domain.commerce.payments import Tender
from domain.kernel.errors import say
from domain.operation.jobs import schedules
from webapp import words
from webapp.history import who_did
from webapp.words import acts, word_of, work
from webapp.words.values import meaning_of


def test_no_member_was_forgotten() -> None:
    for kind in words.WORDS:
        for member in kind:
            assert words.word_of(member).label, f"{kind.__name__}.{member.name}"


def test_tones_are_those_of_the_style_sheet() -> None:
    tones = {word.tone for entries in words.WORDS.values() for word in entries.values()}

    assert tones <= {"", "ok", "info", "warn", "high", "bad"}


def test_everything_that_is_done_again_and_again_has_a_name(app: Starlette) -> None:
    assert set(schedules.kinds()) <= set(work.SCHEDULES)


def test_words_in_the_audit_trail_are_told() -> None:
    assert meaning_of("payment", "tender", "scan") == word_of(Tender.SCAN).label
    assert meaning_of("ticket", "status", "used") == word_of(TicketStatus.USED).label
    assert meaning_of("approval", "kind", "refund") == acts.NOUNS["refund"].label
    assert meaning_of("import", "kind", "members") == say("Member cards")
    assert meaning_of("import", "kind", "gone") is None
    assert meaning_of("staff", "login", "scan") is None


def test_a_device_did_it_by_its_name() -> None:
    row = SimpleNamespace(actor_kind="device", actor_id="d-1")
    assert who_did(row, {"d-1": "North 1"}).endswith(" North 1")
    assert who_did(row, {}).endswith(" d-1")
