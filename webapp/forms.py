"""Forms: what was typed, checked by a pydantic model, and said back in the reader's language.

    typed = await forms.read(request)
    try:
        wanted = forms.parse(AreaForm, typed)
        area = await db.act(areas.open_area, actor, **wanted.model_dump(), now=now)
    except InvalidInput as error:
        return render(request, "office/areas/new.html", {"form": typed.refused(error)},
                      fragment="form", status=422)

A blank field counts as absent: a required one is then missing, an optional one has its default.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from domain.kernel import money
from domain.kernel.errors import DomainError, InvalidInput, Message, say
from domain.kernel.inputs import wrong
from webapp import site
from webapp.form_errors import SENTENCES, sentence_for

__all__ = ["BLANK", "Form", "Typed", "filled", "parse", "read", "read_query", "typed_of", "wrong"]

MOST_FIELDS = 1000
MOST_FILES = 10
MOST_BYTES_A_FIELD = 64 * 1024
MOST_NUMBER = 2**53 - 1
DIRECTIONS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")

Model = TypeVar("Model", bound=BaseModel)


class Form(BaseModel):
    """Base of every form's model: unknown fields are ignored, texts lose their outer blanks."""

    model_config = ConfigDict(
        str_strip_whitespace=True,
        extra="ignore",
        frozen=True,
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as a template shows it: what stands in each field, and what is wrong with it."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, list[UploadFile]] = field(default_factory=dict)
    errors: Mapping[str, Message] = field(default_factory=dict)
    message: Message | None = None

    def text(self, name: str) -> str:
        """What stands in a field, the last one when there are several; "" when there is none."""
        return next(reversed(self.values.get(name, [])), "")

    def texts(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def has(self, name: str, value: object = "on") -> bool:
        """Is this box ticked, this option chosen?"""
        return str(value) in self.values.get(name, [])

    def error(self, name: str) -> Message | None:
        return self.errors.get(name)

    def refused(self, error: DomainError) -> "Typed":
        """The same form with its mistakes marked."""
        fields = error.fields if isinstance(error, InvalidInput) else {}
        return replace(self, errors=fields, message=error.message)


BLANK = Typed()


def filled(values: Mapping[str, object]) -> Typed:
    """A form that shows what is stored: fen as yuan, moments on the area's clock."""
    return Typed({name: _shown(name, value) for name, value in values.items()})


async def read(request: Request) -> Typed:
    """What was typed. Characters that hide or disturb others are refused here, for every form."""
    form = await request.form(
        max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=MOST_BYTES_A_FIELD
    )
    return typed_of(form.multi_items())


def read_query(request: Request) -> Typed:
    """The same for a list's filters, which stand in the address."""
    return typed_of(request.query_params.multi_items())


def parse(model: type[Model], typed: Typed) -> Model:
    """The form as a model. InvalidInput says what is wrong with each field."""
    errors: dict[str, Message] = {}
    try:
        parsed = model.model_validate(_inputs(model, typed))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            errors.setdefault(str(detail["loc"][0]) if detail["loc"] else "", sentence_for(detail))
        raise InvalidInput(errors, errors.get("")) from None
    for name in model.model_fields:
        if _too_large(getattr(parsed, name)):
            errors[name] = SENTENCES["int_parsing_size"]
    if errors:
        raise InvalidInput(errors)
    return parsed


def typed_of(items: Iterable[tuple[str, str | UploadFile]]) -> Typed:
    values: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in items:
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            values.setdefault(name, []).append(_clean(name, value))
    return Typed(values, files)


def _clean(name: str, value: str) -> str:
    """One way to write each character, one way to end a line. InvalidInput for control codes."""
    if not name.isprintable() or any(_disturbs(character) for character in value):
        raise InvalidInput({name: say("This contains characters that cannot be used.")})
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")


def _disturbs(character: str) -> bool:
    """Control characters, marks that turn the direction of text, halves of characters."""
    if character in "\n\r\t":
        return False
    return character in DIRECTIONS or unicodedata.category(character) in ("Cc", "Cs")


def _inputs(model: type[BaseModel], typed: Typed) -> dict[str, Any]:
    """What pydantic gets: lists for list fields, blanks left out, files beside texts."""
    inputs: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        given: list[Any] = [text for text in typed.texts(name) if text.strip()]
        given = given or list(typed.files.get(name, []))
        if get_origin(info.annotation) in (list, set, frozenset, tuple):
            inputs[name] = given
        elif given:
            inputs[name] = given[-1]
    return inputs


def _too_large(value: object) -> bool:
    """Beyond what a database column holds and a browser counts exactly."""
    if isinstance(value, list | tuple | set | frozenset):
        return any(_too_large(each) for each in value)
    return isinstance(value, int) and abs(value) > MOST_NUMBER


def _shown(name: str, value: object) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if isinstance(value, list | tuple | set | frozenset):
        return [text for each in value for text in _shown(name, each)]
    if value is True:
        return ["on"]
    if isinstance(value, int) and name.endswith("_minor"):
        return [money.to_text(value).replace(",", "")]
    if isinstance(value, int) and name.endswith("_bps"):
        return [f"{Decimal(value) / 100:f}"]
    if isinstance(value, datetime):
        return [f"{value.astimezone(site.current().zone):%Y-%m-%dT%H:%M}"]
    if isinstance(value, time):
        return [f"{value:%H:%M}"]
    return [str(value)]
