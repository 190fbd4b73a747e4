"""What the trail says of money, with the facts that matter, in both languages."""

import pytest

from webapp import i18n
from webapp.words.money_acts import SENTENCES, sentence_of

SAID = [
    (
        "payment.paid",
        {"after": {"amount_minor": 9_800, "tender": "scan"}},
        "已收款 ¥98.00，付款码",
        "Payment of ¥98.00 received, by Payment code",
    ),
    (
        "refund.approved",
        {"after": {"amount_minor": 9_800, "number": "N-R1"}, "reason": "行程有变"},
        "同意退款 N-R1，¥98.00：行程有变",
        "Refund N-R1 of ¥98.00 decided: 行程有变",
    ),
    (
        "shift.closed",
        {"after": {"expected_minor": 10_000, "counted_minor": 9_990}},
        "交班 ¥99.90，差额 ¥-0.10",
        "Shift closed with ¥99.90, difference ¥-0.10",
    ),
]


@pytest.mark.parametrize(("act", "detail", "chinese", "english"), SAID)
def test_a_sentence_says_amount_tender_and_reason(
    act: str, detail: dict[str, object], chinese: str, english: str
) -> None:
    for locale, said in (("zh", chinese), ("en", english)):
        with i18n.using(locale):
            assert sentence_of(act, detail) == said


@pytest.mark.parametrize("act", SENTENCES)
def test_each_act_has_a_sentence_of_its_own_even_without_facts(act: str) -> None:
    said = {sentence_of(each, {}) for each in SENTENCES}

    assert sentence_of(act, {})
    assert len(said) == len(SENTENCES)
    assert sentence_of("order.paid", {}) is None
