"""What the trail says of money: a sentence for each act, with its amount, tender and reason."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.commerce.payments.model import Tender
from domain.kernel import money
from domain.kernel.errors import Message, say
from webapp import i18n
from webapp.words import label_of

NOTHING = "—"


class Facts(NamedTuple):
    """What the sentences speak of, in the reader's language; a dash for what is not known."""

    amount: str = NOTHING
    tender: str = NOTHING
    number: str = NOTHING
    counted: str = NOTHING
    difference: str = NOTHING
    reason: str = NOTHING


SENTENCES: Mapping[str, Callable[[Facts], Message]] = {
    "payment.started": lambda f: say(
        "Charge of {amount} begun, by {tender}", amount=f.amount, tender=f.tender
    ),
    "payment.paid": lambda f: say(
        "Payment of {amount} received, by {tender}", amount=f.amount, tender=f.tender
    ),
    "payment.failed": lambda f: say(
        "Payment of {amount} refused: {reason}", amount=f.amount, reason=f.reason
    ),
    "payment.closed": lambda f: say("Charge of {amount} given up", amount=f.amount),
    "refund.requested": lambda f: say(
        "Refund {number} of {amount} asked for, a colleague decides",
        number=f.number,
        amount=f.amount,
    ),
    "refund.approved": lambda f: say(
        "Refund {number} of {amount} decided: {reason}",
        number=f.number,
        amount=f.amount,
        reason=f.reason,
    ),
    "refund.rejected": lambda f: say(
        "Refund {number} of {amount} rejected, its tickets are good again",
        number=f.number,
        amount=f.amount,
    ),
    "refund.paid_out": lambda f: say(
        "Refund {number}: {amount} handed over in cash", number=f.number, amount=f.amount
    ),
    "payout.paid_out": lambda f: say(
        "{amount} paid back by {tender}", amount=f.amount, tender=f.tender
    ),
    "payout.failed": lambda f: say(
        "{amount} could not be paid back by {tender}: {reason}",
        amount=f.amount,
        tender=f.tender,
        reason=f.reason,
    ),
    "payout.retried": lambda f: say("Payout sent once more"),
    "agent.received": lambda f: say("{amount} came from the agent", amount=f.amount),
    "change.made": lambda f: say(
        "Tickets rebooked, difference {difference}", difference=f.difference
    ),
    "change.held": lambda f: say(
        "Places of another day kept until {difference} is paid", difference=f.difference
    ),
    "change.lapsed": lambda f: say("Nobody paid for the other day: its places are free again"),
    "change.given_up": lambda f: say("The visitor keeps the old day"),
    "change.returned": lambda f: say(
        "The other day was paid for too late, the tickets had changed: the money goes back"
    ),
    "shift.opened": lambda f: say(
        "Shift {number} opened with a float of {amount}", number=f.number, amount=f.amount
    ),
    "shift.dropped": lambda f: say("{amount} dropped into the safe", amount=f.amount),
    "shift.counted": lambda f: say(
        "Drawer counted: {counted}, difference {difference}",
        counted=f.counted,
        difference=f.difference,
    ),
    "shift.closed": lambda f: say(
        "Shift closed with {counted}, difference {difference}",
        counted=f.counted,
        difference=f.difference,
    ),
    "shift.count_rejected": lambda f: say("Count sent back by the supervisor"),
}


def sentence_of(act: str, detail: Mapping[str, Any]) -> str | None:
    """In the reader's language; None for acts that have no sentence."""
    sentence = SENTENCES.get(act)
    return None if sentence is None else i18n.here(sentence(facts_in(detail)))


def facts_in(detail: Mapping[str, Any]) -> Facts:
    after = detail.get("after") or {}
    known: dict[str, str] = {}
    amount = after.get("amount_minor", after.get("float_minor"))
    if isinstance(amount, int):
        known["amount"] = _yuan(amount)
    if after.get("tender") in set(Tender):
        known["tender"] = i18n.here(label_of(Tender(after["tender"])))
    if after.get("number"):
        known["number"] = str(after["number"])
    counted, expected = after.get("counted_minor"), after.get("expected_minor")
    difference = after.get("difference_minor")
    if isinstance(counted, int) and isinstance(expected, int):
        known["counted"], difference = _yuan(counted), counted - expected
    if isinstance(difference, int):
        known["difference"] = _yuan(difference)
    if detail.get("reason"):
        known["reason"] = str(detail["reason"])
    return Facts(**known)


def _yuan(minor: int) -> str:
    return f"¥{money.to_text(minor)}"
