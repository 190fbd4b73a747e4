"""Texts, their variables and what they cost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.errors import InvalidInput
from domain.operation.messages import (
    EVENTS,
    Content,
    MessageChannel,
    check,
    fill,
    html_of,
    parts,
    samples,
)

SMS, EMAIL = MessageChannel.SMS, MessageChannel.EMAIL


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("😀" * 68, 3)]
)
def test_parts_are_counted_as_they_are_paid(text: str, count: int) -> None:
    assert parts(text) == count


def test_what_comes_with_the_program_makes_sense() -> None:
    for kind in EVENTS.values():
        for channel, content in ((SMS, kind.sms), (EMAIL, kind.email)):
            if content is not None:
                check(kind, channel, content)
                assert parts(fill(content.body_zh, kind, samples(kind), "zh")) <= 2


@pytest.mark.parametrize(
    ("content", "field", "said"),
    [
        (Content("{number} {nmber}", "{number}"), "body_zh", "There is no {nmber}."),
        (Content("已付", "{number}"), "body_zh", "{number} is missing here."),
        (Content("{number}", ""), "body_en", "Please write a text."),
        (Content("{number} {", "{number}"), "body_zh", "A brace has no partner."),
        (
            Content("{number} {area}", "{number}", order=("number",)),
            "order",
            "{area} is missing here.",
        ),
        (Content("{number}", "{number}", order=("x",)), "order", "There is no {x}."),
        (
            Content("{number}", "{number}", order=("number", "number")),
            "order",
            "A variable stands there twice.",
        ),
    ],
)
def test_mistakes_are_named(content: Content, field: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check(EVENTS["order.paid"], SMS, content)
    assert caught.value.fields[field].in_english() == said


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_no_value_breaks_a_text(value: str) -> None:
    kind = EVENTS["area.notice"]
    text = fill("{notice}|{number}", kind, {"notice": value, "number": "7"}, "zh")
    assert text.endswith("|7")
    assert "\n" not in text
    assert "<script" not in html_of(f"<script>{value}")
