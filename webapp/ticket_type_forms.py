"""The editor of a ticket type: its form, and the document that a draft keeps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field, ValidationError

from domain.commerce.catalog import TicketTypeInput
from domain.commerce.catalog.concessions import PRESETS, Concession
from domain.commerce.catalog.model import GateMode, TicketKind, Validity
from domain.kernel.channels import Channel
from domain.kernel.errors import InvalidInput, Message
from webapp import forms
from webapp.form_errors import sentence_for
from webapp.form_fields import Code, Count, Day, Id, Line, Percent, Yuan
from webapp.forms import Form, Typed


class TypeForm(Form):
    """What can be typed; concessions and prices have rows of their own."""

    code: Code
    name_zh: Line
    name_en: Line = ""
    hint_zh: Line = ""
    hint_en: Line = ""
    kind: TicketKind = TicketKind.ADULT
    list_price_minor: Yuan
    gate_mode: GateMode = GateMode.ONE_ONE
    entries: Count = 1
    persons: Count = 1
    passback_minutes: Count = 10
    validity: Validity = Validity.VISIT_DAY
    valid_days: Count = 1
    valid_from_on: Day | None = None
    valid_until_on: Day | None = None
    real_name: bool = False
    most_per_order: Count = 0
    least_per_order: Count = 1
    group_min: Count = 0
    group_free_every: Count = 0
    concession_only: bool = False
    refund_policy_id: Id
    channels: list[Channel] = Field(default_factory=list)
    medium: Line = "paper"
    hotkey: Line = ""
    position: Count = 0


class Rate(Form):
    bps: Percent


def known_concessions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of the document first, then every preset that it does not have."""
    mine = list(document.get("concessions", ()))
    codes = {one["code"] for one in mine}
    presets: dict[str, Concession] = {
        one.code: one for group in PRESETS.values() for one in group if one.code not in codes
    }
    return mine + [one._asdict() for one in presets.values()]


def concessions_of(typed: Typed, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ticked ones, each with the share of the price that was typed beside it."""
    chosen, problems = [], {}
    for one in known_concessions(document):
        if not typed.has("concessions", one["code"]):
            continue
        field = f"rate_{one['code']}"
        try:
            rate = forms.parse(Rate, Typed({"bps": typed.texts(field)})).bps
        except InvalidInput as error:
            problems[field] = error.fields["bps"]
            continue
        chosen.append({**one, "bps": rate})
    if problems:
        raise InvalidInput(problems)
    return chosen


def input_of(
    typed: Typed, document: Mapping[str, Any], prices: list[dict[str, Any]]
) -> TicketTypeInput:
    """What was typed as the catalogue takes it. InvalidInput marks the fields."""
    wanted = forms.parse(TypeForm, typed)
    values = wanted.model_dump() | {
        "concessions": concessions_of(typed, document),
        "prices": prices,
    }
    return checked(values)


def checked(values: Mapping[str, Any]) -> TicketTypeInput:
    try:
        return TicketTypeInput.model_validate(values)
    except ValidationError as error:
        problems: dict[str, Message] = {}
        for detail in error.errors(include_url=False, include_input=False):
            field = str(detail["loc"][0]) if detail["loc"] else ""
            problems.setdefault(field, sentence_for(detail))
        raise InvalidInput(problems, problems.get("") or problems.get("prices")) from None


def typed_of(document: Mapping[str, Any]) -> Typed:
    """A document as the form shows it."""
    shown = {name: document.get(name) for name in TypeForm.model_fields}
    codes = [one["code"] for one in document.get("concessions", ())]
    rates = {f"rate_{one['code']}": _rate(one) for one in known_concessions(document)}
    typed = forms.filled({**shown, "concessions": codes})
    zeros = {  # a nought is a value here, not an empty field
        name: [str(value)] for name, value in shown.items() if value == 0 and value is not False
    }
    zeros.pop("list_price_minor", None)
    return Typed({**typed.values, **zeros, **rates})


def _rate(one: Mapping[str, Any]) -> list[str]:
    return [f"{one['bps'] / 100:g}"]


def changed_fields(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, Any, Any]]:
    """Fields of two documents that differ; prices are compared by `prices.differences`."""
    names = [name for name in TicketTypeInput.model_fields if name != "prices"]
    return [
        (name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def month_of(text: str, today: date) -> date:
    """The first day of the month that is asked for (2026-12), else of today's."""
    try:
        year, month = (int(part) for part in text.split("-"))
        return date(year, month, 1) if 2000 <= year <= 2199 else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)
