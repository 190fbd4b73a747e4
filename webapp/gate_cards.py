"""What a gate tablet shows of a member card: its kind, what is left on it, its holder's photo to
compare when the product asks for it; and why it is refused, in words about a card."""

from collections.abc import Mapping
from typing import Any

from domain.admission import redemptions
from domain.admission.redemptions import Answer
from domain.cards import memberships
from domain.cards.memberships import Detail
from domain.cards.products import WITH_BALANCE, CardKind
from domain.kernel.db import Tx
from domain.kernel.errors import Message, say
from domain.kernel.refusals import Refusal
from webapp import filters, gate_glass, i18n
from webapp.gate_glass import Glass
from webapp.words import label_of

MEMBER = "member"
WHEN = (Refusal.PASSBACK, Refusal.IN_USE, Refusal.USED_UP, Refusal.NOT_LEFT)
REASONS: Mapping[Refusal, Message] = {
    Refusal.MEDIUM_DEAD: say("This card is dead: it was replaced or given back."),
    Refusal.NOT_YET: say("This card is for later."),
    Refusal.EXPIRED: say("This card has expired."),
    Refusal.WRONG_SITE: say("This card does not open this entrance."),
    Refusal.LOCKED: say("This card is frozen."),
    Refusal.PASSBACK: say("This card was used just now. Please wait."),
    Refusal.IN_USE: say("This card is at another gate just now."),
}
NONE_LEFT = say("No entries are left on this card.")
OFTEN_ENOUGH = say("This card has come in as often as it may today.")


def is_card(answer: Answer) -> bool:
    return answer.details.get("mode") == MEMBER


async def card_of(tx: Tx, redemption_id: str) -> Detail | None:
    """The card that a scan was of."""
    row = await redemptions.get(tx, redemption_id)
    return None if row.card_id is None else await memberships.detail(tx, row.card_id)


def of_answer(answer: Answer, found: Detail | None, *, way_out: bool = False) -> Glass:
    """The glass for an answer about a card."""
    if answer.refusal is not None:
        return refused(answer)
    glass = gate_glass.of_answer(answer, way_out=way_out)
    details = answer.details
    kind = i18n.here(label_of(CardKind(details["kind"]))) if details.get("kind") else ""
    named = (gate_glass.named(details, "type"), kind, str(details.get("holder", "")))
    photo = photo_of(found)
    look_at = i18n.here(say("Compare the photo with the person")) if photo else glass.look_at
    return glass._replace(
        what=" · ".join(part for part in named if part),
        foot=left_on(details, found, way_out=way_out),
        look_at=look_at,
        tone="look" if photo else glass.tone,
        seconds=gate_glass.CONFIRM_SECONDS if photo else glass.seconds,
        photo=photo,
    )


def photo_of(found: Detail | None) -> str:
    """The card's id when there is a photo that must be compared."""
    if found is None or found.product is None or found.holder is None:
        return ""
    wanted = found.product.needs_photo and found.holder.photo_file_id
    return str(found.card.id) if wanted else ""


def left_on(details: Mapping[str, Any], found: Detail | None, *, way_out: bool) -> str:
    """Entries, balance, last day: what is left after this."""
    parts = []
    if "left" in details:
        left = max(0, int(details["left"]) - (0 if way_out else 1))
        parts.append(i18n.here(say("{left} entries left on this card", left=left)))
    if found is not None and found.card.kind in WITH_BALANCE:
        amount = filters.money_text(found.card.principal_minor + found.card.bonus_minor)
        parts.append(i18n.here(say("Balance {amount}", amount=amount)))
    if "valid_until" in details:
        until = filters.moment(gate_glass.at_of(details["valid_until"]))
        parts.append(i18n.here(say("Valid until {moment}", moment=until)))
    return " · ".join(parts)


def refused(answer: Answer) -> Glass:
    refusal, details = answer.refusal, dict(answer.details)
    assert refusal is not None
    reason = REASONS.get(refusal)
    if refusal is Refusal.USED_UP:
        reason = NONE_LEFT if details.get("left") == 0 else OFTEN_ENOUGH
    if refusal not in WHEN:
        details.pop("passed_at", None)
    number = details.pop("number", "")
    glass = gate_glass.refused(refusal, details, answer.redemption_id, reason)
    foot = i18n.here(say("card {number}", number=number)) if number else ""
    return glass._replace(foot=" · ".join(part for part in (refusal.value, foot) if part))
