"""What a gate tablet shows for an answer: one state, one word, one reason, one sound."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.redemptions import Answer
from domain.commerce.catalog.model import GateMode
from domain.kernel.clock import local_day, utc_now
from domain.kernel.errors import Message, say
from domain.kernel.refusals import Refusal
from webapp import filters, i18n, site

ADMITTED_SECONDS, REFUSED_SECONDS, CONFIRM_SECONDS = 2, 4, 8
HEADS_IN_A_ROW, MOST_DRAWN = 21, 105
STOP, GO_IN, COME_OUT = say("Please stop"), say("Please go in"), say("Please go out")
DESK = say("Please go to the service desk")


class Head(NamedTuple):
    x: int
    y: int
    is_in: bool


class Glass(NamedTuple):
    """`state` is ready, admitted, group or refused; `tone` what is heard: admitted, refused, look
    (a concession), tick (a head of a group). `seconds` until the next visitor, 0 for no end."""

    state: str
    tone: str
    seconds: int
    word: Message
    what: str = ""
    advice: str = ""
    foot: str = ""
    other: str = ""  # the word and the reason in English, below Chinese
    look_at: str = ""
    redemption_id: str = ""
    persons: int = 0
    arrived: int = 0
    of: int = 0
    heads: tuple[Head, ...] = ()
    must_confirm: bool = False
    photo: str = ""  # of which card's holder

    @property
    def left(self) -> int:
        return self.of - self.arrived


READY = Glass("ready", "", 0, say("Please scan"))


def of_answer(answer: Answer, *, way_out: bool = False) -> Glass:
    """The glass for an answer to a scan."""
    if answer.refusal is not None:
        return refused(answer.refusal, answer.details, answer.redemption_id)
    details = answer.details
    if details.get("mode") == GateMode.ONE_MANY and "left" in details and not way_out:
        return group(answer.redemption_id, details, details["left"], hold=answer.hold)
    look_at = i18n.here(say("Concession: look at the proof")) if details.get("concession") else ""
    word = COME_OUT if way_out else GO_IN
    return Glass(
        "admitted",
        "look" if look_at else "admitted",
        CONFIRM_SECONDS if answer.hold else ADMITTED_SECONDS,
        word,
        what=type_and_heads(details, answer.persons),
        foot=entries_left(details),
        other=other_word(word),
        look_at=look_at,
        redemption_id=answer.redemption_id,
        persons=answer.persons,
        must_confirm=answer.hold,
    )


def group(
    redemption_id: str, details: Mapping[str, Any], left: int, *, hold: bool = False
) -> Glass:
    """How many of a group have come, and how many may still come."""
    of = int(details["of"])
    arrived = max(0, of - left)
    going = say("Please walk through one by one; {left} still to come", left=left)
    all_in = say("All of the group are in")
    sentence = going if left else all_in
    return Glass(
        "group",
        "tick",
        0,
        say("Group"),
        what=i18n.here(sentence),
        foot=str(details.get("number", "")),
        other=other_word(sentence),
        redemption_id=redemption_id,
        arrived=arrived,
        of=of,
        heads=heads_of(arrived, of),
        must_confirm=hold,
    )


def heads_of(arrived: int, of: int) -> tuple[Head, ...]:
    """A row of small circles for each head; nothing for more than can be told apart."""
    if of > MOST_DRAWN:
        return ()
    return tuple(
        Head(5 + 10 * (n % HEADS_IN_A_ROW), 5 + 12 * (n // HEADS_IN_A_ROW), n < arrived)
        for n in range(of)
    )


def refused(
    refusal: Refusal,
    details: Mapping[str, Any],
    redemption_id: str = "",
    sentence: Message | None = None,
) -> Glass:
    """`sentence` says it better than the refusal's own, which speaks of tickets."""
    sentence = sentence or Message(refusal.message)
    reason = i18n.here(sentence)
    more = when_and_where(refusal, details)
    if more:
        said = say("{reason}: {fact}.", reason=reason.rstrip("。."), fact=more)
        reason = i18n.here(said)
    number = details.get("number", "")
    foot = i18n.here(say("ticket {number}", number=number)) if number else ""
    return Glass(
        "refused",
        "refused",
        REFUSED_SECONDS,
        STOP,
        what=reason,
        advice=i18n.here(DESK),
        foot=" · ".join(part for part in (refusal.value, foot) if part),
        other=other_word(sentence),
        redemption_id=redemption_id,
    )


def unread(reason: str) -> Glass:
    """What was sent is no code at all; nothing was kept."""
    return Glass(
        "refused",
        "refused",
        REFUSED_SECONDS,
        STOP,
        what=reason,
        advice=i18n.here(say("Please scan again")),
        other=other_word(STOP),
    )


def by_hand(persons: int) -> Glass:
    word = GO_IN
    return Glass(
        "admitted",
        "admitted",
        ADMITTED_SECONDS,
        word,
        what=i18n.here(say("By hand, {persons}", persons=people(persons))),
        other=other_word(word),
    )


def when_and_where(refusal: Refusal, details: Mapping[str, Any]) -> str:
    """The fact that staff must tell the visitor: used when and where, or valid when."""
    if "passed_at" in details:
        at, gate = moment(details["passed_at"]), named(details, "gate")
        return i18n.here(say("{moment}, {gate}", moment=at, gate=gate)) if gate else at
    if refusal in (Refusal.NOT_YET, Refusal.WRONG_SLOT) and "valid_from" in details:
        return i18n.here(say("Valid from {moment}", moment=moment(details["valid_from"])))
    if refusal is Refusal.EXPIRED and "valid_until" in details:
        return i18n.here(say("Valid until {moment}", moment=moment(details["valid_until"])))
    return ""


def at_of(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def moment(value: str | datetime) -> str:
    """Today by the clock alone, other days with their date."""
    at = at_of(value)
    zone = site.current().zone
    if local_day(at, zone) == local_day(utc_now(), zone):
        return i18n.here(say("today {time}", time=filters.clock_time(at)))
    return filters.moment(at)


def type_and_heads(details: Mapping[str, Any], persons: int) -> str:
    seats = details.get("seats")
    seat = i18n.here(say("Seat {seats}", seats=seats)) if seats else ""
    return " · ".join(filter(None, (named(details, "type"), seat, i18n.here(people(persons)))))


def people(persons: int) -> Message:
    return say("{count} person", count=1) if persons == 1 else say("{count} people", count=persons)


def entries_left(details: Mapping[str, Any]) -> str:
    if "left" not in details:
        return ""
    return i18n.here(say("{left} entries left on this ticket", left=details["left"]))


def named(details: Mapping[str, Any], what: str) -> str:
    """A name in the reader's language; Chinese when it has no English one."""
    english = details.get(f"{what}_en", "")
    return str(english if i18n.current() == "en" and english else details.get(f"{what}_zh", ""))


def other_word(message: Message) -> str:
    """Below Chinese the same in English, for visitors who read none."""
    return i18n.translate("en", message) if i18n.current() == "zh" else ""
