"""The form of a promotion: what is typed as the domain takes it, and back."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from pydantic import ValidationError

from domain.commerce.promotions import CodeUse, FunderKind, PromotionInput, PromotionKind
from domain.kernel.channels import Channel
from domain.kernel.errors import InvalidInput, Message
from webapp import forms
from webapp.form_errors import sentence_for
from webapp.form_fields import Clock, Code, Count, Day, Id, Line, Percent, Yuan
from webapp.forms import Form, Typed
from webapp.weekdays import bits_of

FUNDERS = 3  # rows that the form offers
CLOCKS = ("slot_from", "slot_until", "clock_from", "clock_until")
LIMITS = (
    "limit_total",
    "limit_day",
    "limit_phone",
    "limit_document",
    "limit_member",
    "budget_minor",
)


class PromotionForm(Form):
    """Empty limits are none; `weekdays` are the numbers that were ticked, none: every day."""

    code: Code
    name_zh: Line
    name_en: Line = ""
    kind: PromotionKind
    bps: Percent = 0
    amount_minor: Yuan = 0
    buy: Count = 0
    get: Count = 0
    most_quantity: Count = 0
    code_use: CodeUse = CodeUse.NONE
    shared_code: Line = ""
    channels: list[Channel] = []  # noqa: RUF012  # pydantic copies it
    ticket_type_ids: list[Id] = []  # noqa: RUF012  # pydantic copies it
    on_reduced: bool = False
    sale_from: Day | None = None
    sale_until: Day | None = None
    visit_from: Day | None = None
    visit_until: Day | None = None
    weekdays: list[str] = []  # noqa: RUF012  # pydantic copies it
    days_ahead: Count = 0
    slot_from: Clock | None = None
    slot_until: Clock | None = None
    clock_from: Clock | None = None
    clock_until: Clock | None = None
    least_quantity: Count = 0
    least_minor: Yuan = 0
    least_member_level: Count | None = None
    new_phone: bool = False
    limit_total: Count | None = None
    limit_day: Count | None = None
    limit_phone: Count | None = None
    limit_document: Count | None = None
    limit_member: Count | None = None
    budget_minor: Yuan | None = None
    priority: Count = 0
    exclusive: bool = False
    stack_group: Line = ""
    returns_on_refund: bool = False


class FunderForm(Form):
    """A row without a share is left out."""

    kind: FunderKind = FunderKind.AREA
    owner_id: Id | None = None
    share_bps: Percent | None = None


def input_of(typed: Typed) -> PromotionInput:
    """InvalidInput marks the fields; what is wrong as a whole stands above them."""
    wanted = forms.parse(PromotionForm, typed).model_dump()
    wanted["weekdays"] = bits_of(wanted["weekdays"]) or 127
    for name in CLOCKS:
        at: time | None = wanted[name]
        wanted[name] = None if at is None else at.strftime("%H:%M")
    for name in LIMITS:
        wanted[name] = wanted[name] or None
    wanted["funders"] = funders_of(typed)
    try:
        return PromotionInput.model_validate(wanted)
    except ValidationError as error:
        problems: dict[str, Message] = {}
        for detail in error.errors(include_url=False, include_input=False):
            field = str(detail["loc"][0]) if detail["loc"] else ""
            problems.setdefault(field, sentence_for(detail))
        raise InvalidInput(problems, problems.get("")) from None


def funders_of(typed: Typed) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(FUNDERS):
        names = {name: f"funder_{name}_{number}" for name in FunderForm.model_fields}
        row = Typed({name: typed.texts(field) for name, field in names.items()})
        try:
            one = forms.parse(FunderForm, row)
        except InvalidInput as error:
            raise InvalidInput({names[key]: text for key, text in error.fields.items()}) from None
        if one.share_bps:
            owner = one.owner_id if one.kind is FunderKind.UNIT else None
            found.append({"kind": one.kind, "owner_id": owner or "", "share_bps": one.share_bps})
    return found


def typed_of(terms: Mapping[str, Any]) -> Typed:
    """A promotion as the form shows it."""
    shown = {name: terms.get(name) for name in PromotionForm.model_fields}
    bits = terms.get("weekdays", 127)
    shown["weekdays"] = [str(day) for day in range(7) if bits >> day & 1]
    typed = forms.filled({name: value for name, value in shown.items() if value not in (None, 0)})
    more = {"bps": [f"{terms['bps'] / 100:g}"] if terms.get("bps") else []}
    if terms.get("least_member_level") == 0:
        more["least_member_level"] = ["0"]
    for number, one in enumerate(terms.get("funders", ())[:FUNDERS]):
        more |= {
            f"funder_kind_{number}": [one["kind"]],
            f"funder_owner_id_{number}": [one["owner_id"]],
            f"funder_share_bps_{number}": [f"{one['share_bps'] / 100:g}"],
        }
    return Typed({**typed.values, **more})


def blank() -> Typed:
    """Where a new promotion starts: everywhere, alone, paid for by the area."""
    return Typed(
        {
            "kind": [PromotionKind.PERCENT.value],
            "code_use": [CodeUse.NONE.value],
            "channels": [one.value for one in (Channel.WINDOW, Channel.KIOSK, Channel.SHOP)],
            "weekdays": list("0123456"),
            "exclusive": ["on"],
            "returns_on_refund": ["on"],
            "funder_kind_0": [FunderKind.AREA.value],
            "funder_share_bps_0": ["100"],
        }
    )
