"""What is sent to people: channels, events with their variables, texts. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from html import escape
from typing import Any, NamedTuple

from domain.kernel.errors import InvalidInput, Message, say
from domain.kernel.money import to_text

PLACE = re.compile(r"\{([^{}]*)\}")
ONE_PART, EACH_PART = 70, 67  # characters of a text message (UCS-2), and of each of several
MOST_CHARACTERS = {"sms": 500, "email": 8_000}
MOST_OF_VALUE = 200
UNSUBSCRIBE = {"zh": "回T退订", "en": "Reply T to unsubscribe"}


class MessageChannel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # the provider was asked, or will be at once
    SENT = "sent"
    DELIVERED = "delivered"
    LOGGED = "logged"  # only written down, by a provider that sends nothing
    WITHHELD = "withheld"  # by a rule: switched off, unsubscribed, too late
    FAILED = "failed"
    UNKNOWN = "unknown"  # nobody knows whether it was sent: a person looks


class ProviderKind(StrEnum):
    TENCENT = "tencent"
    ALIBABA = "alibaba"
    HTTP = "http"
    SMTP = "smtp"
    LOG = "log"


class ValueKind(StrEnum):
    TEXT = "text"
    MONEY = "money"  # fen
    DAY = "day"  # ISO 8601
    NUMBER = "number"


class Variable(NamedTuple):
    """Something that a text may name; `sample` is what a preview shows."""

    kind: ValueKind
    sample: Any
    is_needed: bool = False  # a text without it would be of no use


class Content(NamedTuple):
    """What a template says in both languages. Platforms for text messages know texts by a number
    of theirs, and fill in values in the order that was agreed with them."""

    body_zh: str
    body_en: str
    subject_zh: str = ""
    subject_en: str = ""
    provider_zh: str = ""
    provider_en: str = ""
    order: tuple[str, ...] = ()


class Kind(NamedTuple):
    """An event that people are told of. An urgent one knows no quiet hours and no unsubscribing;
    the text of a secret one is kept nowhere."""

    title: Message
    variables: Mapping[str, Variable]
    sms: Content | None
    email: Content | None
    is_urgent: bool = False
    is_secret: bool = False
    is_marketing: bool = False


def names_in(text: str) -> list[str]:
    """The variables that a text names, in its order, each once."""
    return list(dict.fromkeys(PLACE.findall(text)))


def fill(text: str, kind: Kind, values: Mapping[str, Any], language: str) -> str:
    """A text with its values. A value that is missing stays empty."""

    def value(match: re.Match[str]) -> str:
        variable = kind.variables.get(match[1])
        return shown(variable, values.get(match[1]), language) if variable else ""

    return PLACE.sub(value, text)


def shown(variable: Variable, value: Any, language: str) -> str:
    """A value as people read it, on one line: nobody writes lines of a mail's head through it."""
    if value is None:
        return ""
    if variable.kind is ValueKind.MONEY:
        return f"{to_text(int(value))}元" if language == "zh" else f"CNY {to_text(int(value))}"
    if variable.kind is ValueKind.DAY:
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
    return " ".join(str(value).split())[:MOST_OF_VALUE]


def samples(kind: Kind) -> dict[str, Any]:
    return {name: variable.sample for name, variable in kind.variables.items()}


def characters(text: str) -> int:
    """As a phone counts them: what lies beyond the first plane of Unicode is two."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many text messages are paid for."""
    count = characters(text)
    return 1 if count <= ONE_PART else -(-count // EACH_PART)


def html_of(text: str) -> str:
    """The same words as a page, for mail."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def content_for(content: Content, language: str) -> tuple[str, str, str]:
    """Subject, body and the provider's number, in a language; without words of its own, Chinese."""
    if language == "en" and content.body_en:
        return content.subject_en or content.subject_zh, content.body_en, content.provider_en
    return content.subject_zh, content.body_zh, content.provider_zh


def check(kind: Kind, channel: MessageChannel, content: Content) -> None:
    """Raises InvalidInput: names what is unknown and what is missing, at the field."""
    found: dict[str, Message | None] = {
        field: problem_of(kind, channel, getattr(content, field))
        for field in ("body_zh", "body_en")
    }
    if channel is MessageChannel.EMAIL:
        for field in ("subject_zh", "subject_en"):
            found[field] = problem_with_subject(kind, getattr(content, field))
    if content.order:
        found["order"] = problem_with_order(kind, content)
    if wrong := {field: problem for field, problem in found.items() if problem is not None}:
        raise InvalidInput(wrong)


def problem_with_subject(kind: Kind, text: str) -> Message | None:
    if not text.strip():
        return say("Mail needs a subject.")
    unknown = unknown_in(kind, text)
    return say("There is no {{{names}}}.", names=unknown) if unknown else None


def problem_with_order(kind: Kind, content: Content) -> Message | None:
    if unknown := ", ".join(name for name in content.order if name not in kind.variables):
        return say("There is no {{{names}}}.", names=unknown)
    if len(set(content.order)) != len(content.order):
        return say("A variable stands there twice.")
    missing = not_in_order(content)
    return say("{{{names}}} is missing here.", names=missing) if missing else None


def problem_of(kind: Kind, channel: MessageChannel, text: str) -> Message | None:
    if not text.strip():
        return say("Please write a text.")
    most = MOST_CHARACTERS[channel.value]
    if len(text) > most:
        return say("At most {most} characters.", most=most)
    if PLACE.sub("", text).count("{") or PLACE.sub("", text).count("}"):
        return say("A brace has no partner.")
    if unknown := unknown_in(kind, text):
        return say("There is no {{{names}}}.", names=unknown)
    needed = [name for name, variable in kind.variables.items() if variable.is_needed]
    if missing := ", ".join(name for name in needed if name not in names_in(text)):
        return say("{{{names}}} is missing here.", names=missing)
    return None


def unknown_in(kind: Kind, text: str) -> str:
    return ", ".join(name for name in names_in(text) if name not in kind.variables)


def not_in_order(content: Content) -> str:
    used = [*names_in(content.body_zh), *names_in(content.body_en)]
    return ", ".join(dict.fromkeys(name for name in used if name not in content.order))


def ordered(
    kind: Kind, content: Content, body: str, values: Mapping[str, Any], language: str
) -> Sequence[tuple[str, str]]:
    """What a platform fills into its own text."""
    names = content.order or tuple(names_in(body))
    return [(name, shown(kind.variables[name], values.get(name), language)) for name in names]
