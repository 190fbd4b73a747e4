"""Reading forms: what is accepted, what is said about the rest, what is shown again."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from pydantic_core._pydantic_core import list_all_errors
from starlette.requests import Request
from starlette.types import Message as AsgiMessage

from domain.kernel.errors import InvalidInput, say
from domain.operation.places.model import PlaceKind
from webapp import form_errors, forms, i18n
from webapp.form_fields import (
    AnyYuan,
    Clock,
    Code,
    Count,
    Day,
    Id,
    Line,
    LocalMoment,
    Paragraph,
    Percent,
    Phone,
    PositiveYuan,
    Secret,
    Version,
    Yuan,
)
from webapp.forms import Form, Typed

NEVER_FROM_TEXT = (Path(__file__).parent / "never_from_text.txt").read_text().split()


class Everything(Form):
    """One field of each kind."""

    name: Line
    code: Code | None = None
    note: Paragraph = ""
    secret: Secret = ""
    phone: Phone | None = None
    place_id: Id | None = None
    version: Version = 1
    count: Count = 0
    plain: int = 0
    price_minor: Yuan = 0
    paid_minor: PositiveYuan | None = None
    change_minor: AnyYuan = 0
    share_bps: Percent = 0
    on: Day | None = None
    at: Clock | None = None
    until: LocalMoment | None = None
    kind: PlaceKind = PlaceKind.AREA
    active: bool = False
    tags: list[Line] = Field(default=[])


def typed(**values: str | list[str]) -> Typed:
    items = [
        (name, each)
        for name, value in values.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return forms.typed_of(items)


def problems(**values: str | list[str]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as raised:
        forms.parse(Everything, typed(**{"name": "x", **values}))
    return {name: i18n.translate("zh", text) for name, text in raised.value.fields.items()}


def test_what_was_typed_becomes_what_was_meant() -> None:
    parsed = forms.parse(
        Everything,
        typed(
            name="  南门   游客中心 ",
            price_minor="1,234.50",
            change_minor="-3",
            share_bps="2.5",
            on="2026-11-22",
            at="08:30",
            until="2026-11-22T08:30",
            kind="gate",
            active="on",
            tags=["a", "b"],
        ),
    )

    assert parsed.name == "南门 游客中心"
    assert (parsed.price_minor, parsed.change_minor, parsed.share_bps) == (123_450, -300, 250)
    assert (parsed.on, parsed.at) == (date(2026, 11, 22), time(8, 30))
    assert parsed.until == datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    assert (parsed.kind, parsed.active, parsed.tags) == (PlaceKind.GATE, True, ["a", "b"])


def test_a_blank_field_is_an_absent_one() -> None:
    parsed = forms.parse(Everything, typed(name="x", on=" ", price_minor="", tags=[" "]))

    assert (parsed.on, parsed.price_minor, parsed.tags) == (None, 0, [])
    with pytest.raises(InvalidInput) as raised:
        forms.parse(Everything, typed(name="   "))
    assert raised.value.fields == {"name": say("Please fill this in.")}


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"price_minor": "abc"}, "price_minor", "请输入金额"),
        ({"price_minor": "1.234"}, "price_minor", "请输入金额"),
        ({"price_minor": "-1"}, "price_minor", "金额不能为负。"),
        ({"price_minor": "NaN"}, "price_minor", "请输入金额"),
        ({"price_minor": "1e99"}, "price_minor", "请输入金额"),
        ({"paid_minor": "0"}, "paid_minor", "金额须大于零。"),
        ({"share_bps": "101"}, "share_bps", "0 到 100"),
        ({"share_bps": "Infinity"}, "share_bps", "0 到 100"),
        ({"on": "1700000000"}, "on", "请输入日期"),
        ({"on": "0001-01-01"}, "on", "请输入日期"),
        ({"at": "25:00"}, "at", "请输入时间"),
        ({"at": "08:00+08:00"}, "at", "请输入时间"),
        ({"until": "2026-11-22T08:00Z"}, "until", "请输入日期和时间"),
        ({"kind": "castle"}, "kind", "请从列表中选择。"),
        ({"count": "1000001"}, "count", "不能大于 1000000。"),
        ({"plain": "9" * 30}, "plain", "数字过大。"),
        ({"plain": "9" * 5000}, "plain", "数字过大。"),
        ({"plain": "1.5"}, "plain", "请输入整数。"),
        ({"version": "0"}, "version", "不能小于 1。"),
        ({"code": "' OR 1=1"}, "code", "格式不正确。"),
        ({"place_id": "../etc"}, "place_id", "格式不正确。"),
        ({"phone": "phone"}, "phone", "格式不正确。"),
        ({"name": "长" * 121}, "name", "最多输入 120 个字符。"),
        ({"active": "maybe"}, "active", "此处无法识别。"),
    ],
)
def test_each_mistake_is_said_in_chinese(values: dict[str, str], field: str, sentence: str) -> None:
    assert sentence in problems(**values)[field]


@pytest.mark.parametrize(
    "text", ["a\0b", "a\x1bb", "evil\u202egnp.exe", "\u2066x", "\ufeffx", "\ud800", "\x7f"]
)
def test_characters_that_disturb_others_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        typed(name=text)
    assert list(raised.value.fields) == ["name"]


def test_lines_end_one_way_and_letters_are_composed() -> None:
    shown = typed(note="a\r\nb\rc", name="e\u0301")

    assert shown.text("note") == "a\nb\nc"
    assert shown.text("name") == "é"


def test_a_refused_form_keeps_what_was_typed() -> None:
    shown = typed(name="古丽努尔·买买提艾力", price_minor="abc").refused(
        InvalidInput({"price_minor": say("This is not right.")})
    )

    assert shown.text("price_minor") == "abc"
    assert shown.error("price_minor") == "This is not right."
    assert shown.error("name") is None
    assert shown.message


def test_a_form_shows_what_is_stored() -> None:
    shown = forms.filled(
        {
            "name": "南门",
            "price_minor": 1_234_550,
            "share_bps": 250,
            "on": date(2026, 11, 22),
            "at": time(8, 30),
            "until": datetime(2026, 11, 22, 0, 30, tzinfo=UTC),
            "kind": PlaceKind.GATE,
            "active": True,
            "tags": ["a", "b"],
            "note": None,
        }
    )

    assert shown.text("price_minor") == "12345.50"
    assert shown.text("share_bps") == "2.5"
    assert shown.text("until") == "2026-11-22T08:30"
    assert shown.text("at") == "08:30"
    assert shown.has("kind", "gate") and shown.has("active") and shown.has("tags", "b")
    assert shown.text("note") == ""
    again = forms.parse(Everything, shown)
    assert (again.price_minor, again.share_bps, again.until) == (
        1_234_550,
        250,
        datetime(2026, 11, 22, 0, 30, tzinfo=UTC),
    )


def test_every_complaint_of_pydantic_about_text_has_a_sentence() -> None:
    kinds = {error["type"] for error in list_all_errors()}

    assert kinds == set(form_errors.SENTENCES) | set(NEVER_FROM_TEXT)
    assert not set(form_errors.SENTENCES) & set(NEVER_FROM_TEXT)


def test_a_sentence_needs_only_what_pydantic_tells() -> None:
    told: dict[str, dict[str, Any]] = {
        str(error["type"]): error.get("example_context") or {} for error in list_all_errors()
    }
    for kind, sentence in form_errors.SENTENCES.items():
        sentence.format(**told[kind])


FIELDS = st.sampled_from([*Everything.model_fields, "unknown"])
VALUES = st.text(max_size=60) | st.integers().map(str) | st.floats().map(str)


@settings(max_examples=300)
@given(st.lists(st.tuples(FIELDS, VALUES), max_size=12))
def test_no_form_breaks_the_reader(items: list[tuple[str, str]]) -> None:
    """Whatever was typed: a model, or a sentence for each field in both languages."""
    try:
        parsed = forms.parse(Everything, forms.typed_of(items))
    except InvalidInput as error:
        for sentence in error.fields.values():
            assert i18n.translate("zh", sentence) and i18n.translate("en", sentence)
    else:
        assert all(abs(n) < 2**53 for n in (parsed.plain, parsed.price_minor, parsed.change_minor))


async def test_a_form_is_read_from_a_request() -> None:
    async def receive() -> AsgiMessage:
        body = urlencode({"name": "南门", "tags": ["a", "b"]}, doseq=True).encode()
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)

    shown = await forms.read(request)

    assert shown.text("name") == "南门"
    assert shown.texts("tags") == ["a", "b"]
