"""The control item (控制项): which rows, which field, by which principle, told what."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import parse_qsl

from pydantic import StringConstraints

from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden, InvalidInput, NotFound, say
from domain.operation import batches
from domain.operation.batches import (
    BatchInput,
    FieldGroup,
    Principle,
    Shares,
    Subject,
    Value,
    ValueKind,
)
from domain.operation.staff import SignedIn
from webapp import forms
from webapp.batching import naming
from webapp.batching.lists import LISTS
from webapp.form_fields import Code, Id
from webapp.forms import Form, Typed
from webapp.words import label_of

MOST_BY_HAND = 200
Query = Annotated[str, StringConstraints(max_length=4_000)]
CHOSEN = (ValueKind.CHOICE, ValueKind.SET)
ONE_VALUE = frozenset({Principle.UNIFORM})


class ControlForm(Form):
    """`question` is the query of the list's address, for `all` that it matches."""

    noun: Code
    field: Code | None = None
    row: list[Id] = []  # noqa: RUF012  # pydantic copies it
    all: bool = False
    question: Query = ""
    principle: Principle | None = None
    is_partial: bool = False
    request_id: Id | None = None


class Control(NamedTuple):
    """What the dialog shows, and what its answer is read by."""

    form: ControlForm
    group: FieldGroup
    groups: Sequence[FieldGroup]
    subjects: Sequence[Subject]
    known: Sequence[Value]
    principle: Principle
    problem: InvalidInput | None = None

    @property
    def area_id(self) -> str:
        return self.subjects[0].area_id if self.subjects else ""


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Control:
    """Rows and field as they were chosen; what is wrong with the rows is kept, to be shown.

    Raises NotFound for a list that is not changed together, Forbidden where they may not."""
    form = forms.parse(ControlForm, typed)
    groups = groups_for(form.noun, staff)
    group = next((each for each in groups if each.field == form.field), groups[0])
    subjects: Sequence[Subject] = ()
    problem = None
    try:
        row_ids = await _rows(tx, staff, form)
        subjects = await batches.subjects_of(tx, group, row_ids, staff)
    except InvalidInput as error:
        problem = error
    area_id = subjects[0].area_id if subjects else ""
    known = await group.values(tx, area_id) if subjects else []
    offered = principles_for(group, len(subjects))
    principle = form.principle if form.principle in offered else offered[0]
    return Control(form, group, groups, subjects, known, principle, problem)


def groups_for(noun: str, staff: SignedIn) -> list[FieldGroup]:
    groups = batches.groups_of(noun)
    if noun not in LISTS or not groups:
        raise NotFound()
    allowed = [group for group in groups if staff.may(group.permission)]
    if not allowed:
        raise Forbidden()
    return allowed


def principles_for(group: FieldGroup, rows: int) -> list[Principle]:
    """Row by row only where a person can fill it in."""
    offered = batches.principles_of(group)
    return [each for each in offered if each is not Principle.MANUAL or rows <= MOST_BY_HAND]


async def _rows(tx: Tx, staff: SignedIn, form: ControlForm) -> list[str]:
    if not form.all:
        return form.row
    try:
        question = forms.typed_of(parse_qsl(form.question, max_num_fields=forms.MOST_FIELDS))
    except ValueError:
        raise InvalidInput({}) from None
    return await LISTS[form.noun].match(tx, staff, question)


def asked(control: Control, typed: Typed) -> BatchInput:
    """What the answer asks for. Raises InvalidInput: rows, targets, weights."""
    if control.problem is not None:
        raise control.problem
    form, group = control.form, control.group
    return BatchInput(
        form.request_id or ids.new_id(),
        group.noun,
        group.field,
        control.area_id,
        [subject.id for subject in control.subjects],
        control.principle,
        _shares(control, typed),
        form.is_partial,
    )


def _shares(control: Control, typed: Typed) -> Shares:
    principle = control.principle
    if principle is Principle.WEIGHTED:
        weights = {
            value.id: text
            for value in control.known
            if (text := typed.text(f"weight.{value.id}").strip())
        }
        if not all(
            text.isascii() and text.isdecimal() and len(text) < 8 for text in weights.values()
        ):
            raise InvalidInput({"weights": say("A weight is a whole number.")})
        return Shares(tuple(weights), weights={id: int(text) for id, text in weights.items()})
    if principle is Principle.BY_ATTRIBUTE:
        return Shares(table=_filled(typed, "table", attributes_of(control)))
    if principle is Principle.MANUAL:
        return Shares(typed=_filled(typed, "typed", [row.id for row in control.subjects]))
    return Shares(tuple(text.strip() for text in typed.texts("target") if text.strip()))


def _filled(typed: Typed, name: str, keys: Sequence[str]) -> dict[str, str]:
    found = {key: ",".join(typed.texts(f"{name}.{key}")).strip(", ") for key in keys}
    return {key: text for key, text in found.items() if text}


def attributes_of(control: Control) -> list[str]:
    return sorted({subject.attribute for subject in control.subjects})


def context_of(control: Control, typed: Typed) -> dict[str, Any]:
    """What the dialog's template needs."""
    group = control.group
    named = naming.namer(group, control.known)
    return {
        "form": typed,
        "control": control,
        "list": LISTS[control.form.noun],
        "request_id": control.form.request_id or ids.new_id(),
        "choices": [(value.id, naming.name_of(group, value)) for value in control.known],
        "loads": {value.id: value.load for value in control.known},
        "attributes": [
            (each, naming.attribute_name(group, each)) for each in attributes_of(control)
        ],
        "named": named,
        "principles": [
            (each.value, label_of(each)) for each in principles_for(group, len(control.subjects))
        ],
        "is_chosen": group.kind in CHOSEN,
        "is_set": group.kind is ValueKind.SET,
        "input_type": "date" if group.kind is ValueKind.DAY else "text",
        "Principle": Principle,
    }
