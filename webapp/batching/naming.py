"""Values and attributes of batches as people read them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from domain.kernel import money
from domain.kernel.errors import Message, say
from domain.operation.batches import FieldGroup, Value, ValueKind, parted
from webapp import i18n
from webapp.filters import number
from webapp.words import label_of

NOTHING, BETWEEN = "—", "、"
GONE = say("no longer in use")


def namer(group: FieldGroup, known: Iterable[Value]) -> Callable[[str], str]:
    """A function that says a value in the reader's language."""
    names = {value.id: name_of(group, value) for value in known}
    if group.kind in (ValueKind.CHOICE, ValueKind.SET):
        return lambda value: (
            BETWEEN.join(names.get(part) or i18n.here(GONE) for part in parted(value)) or NOTHING
        )
    shown = SHOWN.get(group.kind, str)
    return lambda value: shown(value) if value else NOTHING


def name_of(group: FieldGroup, value: Value) -> str:
    """A choice by its own name, or by the product's word for it."""
    if value.name_zh:
        return value.name_en if i18n.current() == "en" and value.name_en else value.name_zh
    return i18n.here(label_of(group.words(value.id))) if group.words else value.id


def attribute_name(group: FieldGroup, attribute: str) -> str:
    if group.attribute_words and attribute in list(group.attribute_words):
        return i18n.here(label_of(group.attribute_words(attribute)))
    return attribute or NOTHING


def why_not(row: object) -> Message | None:
    """Why a row has no new value, or could not be written."""
    text: str = getattr(row, "failure", "")
    values: Mapping[str, object] = getattr(row, "failure_values", None) or {}
    return Message(text, **values) if text else None


SHOWN: Mapping[ValueKind, Callable[[str], str]] = {
    ValueKind.COUNT: lambda value: number(int(value)),
    ValueKind.MONEY: lambda value: f"¥{money.to_text(int(value))}",
    ValueKind.DAY: lambda value: date.fromisoformat(value).isoformat(),
    ValueKind.LINE: str,
}
