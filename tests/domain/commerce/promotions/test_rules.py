"""What promotions take off, which of several, and what they never do."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.commerce.orders.lines import Line
from domain.commerce.orders.model import LineKind
from domain.commerce.promotions import FunderInput, FunderKind, PromotionInput, PromotionKind
from domain.commerce.promotions.looking import standing
from domain.commerce.promotions.model import Scope, Standing
from domain.commerce.promotions.rules import Deal, Facts, Outcome, outcome
from domain.kernel.channels import Channel

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
DAY = date(2026, 7, 10)  # a Friday
AREA = FunderInput(kind=FunderKind.AREA, share_bps=10_000)


def deal(code: str = "P", **terms: Any) -> Deal:
    terms.setdefault("kind", PromotionKind.PERCENT)
    if terms["kind"] is PromotionKind.PERCENT:
        terms.setdefault("bps", 1_000)
    given = PromotionInput(code=code, name_zh=code, funders=[AREA], **terms)
    return Deal(code, given, 0, 0)


def line(price: int = 10_000, quantity: int = 1, type_id: str = "adult", **values: Any) -> Line:
    made = Line(
        f"{type_id}{price}",
        1,
        LineKind.TICKET,
        "product",
        type_id,
        None,
        DAY,
        "票",
        "",
        quantity,
        quantity,
        0,
        price,
        price,
        price * quantity,
        "",
        True,
        0,
        {"is_group": False},
    )
    return made._replace(**values)


FACTS = Facts(Channel.SHOP, NOW, ZoneInfo("Asia/Shanghai"))


K = PromotionKind


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        ({"bps": 1_500}, 25_500),
        ({"kind": K.AMOUNT, "amount_minor": 1_250}, 26_250),
        ({"kind": K.AMOUNT, "amount_minor": 1_250, "most_quantity": 2}, 27_500),
        ({"kind": K.ORDER_AMOUNT, "amount_minor": 1_250}, 28_750),
        ({"kind": K.FIXED, "amount_minor": 6_600}, 19_800),
        ({"kind": K.FIXED, "amount_minor": 16_600}, 30_000),
        ({"kind": K.BUY_GET, "buy": 2, "get": 1}, 20_000),
        ({"kind": K.BUY_GET, "buy": 3, "get": 1}, 30_000),
        ({"days_ahead": 9}, 27_000),
        ({"days_ahead": 10}, 30_000),
        ({"weekdays": 1 << 4}, 27_000),
        ({"weekdays": 1 << 5}, 30_000),
        ({"least_quantity": 4}, 30_000),
        ({"least_minor": 30_000}, 27_000),
        ({"channels": [Channel.WINDOW]}, 30_000),
        ({"ticket_type_ids": ["child"]}, 30_000),
        ({"clock_from": "12:00", "clock_until": "12:30"}, 27_000),
        ({"clock_from": "12:30"}, 30_000),
        ({"sale_until": date(2026, 6, 30)}, 30_000),
        ({"visit_from": DAY + timedelta(days=1)}, 30_000),
        ({"new_phone": True}, 30_000),
        ({"least_member_level": 0}, 30_000),
        ({"code_use": "shared", "shared_code": "HELLO"}, 30_000),
        ({"slot_from": "08:00"}, 30_000),
        ({"budget_minor": 2_999}, 30_000),
        ({"budget_minor": 3_000}, 27_000),
    ],
)
def test_three_tickets_at_100_cost(terms: dict[str, Any], total: int) -> None:
    found = outcome([deal(**terms)], [line(quantity=3)], FACTS)

    assert sum(one.amount_minor for one in found.lines) == total
    assert bool(found.passed) is (total == 30_000)
    assert all(one.amount_minor + one.discount_minor == 30_000 for one in found.lines)


def test_percentages_work_on_what_is_left_in_the_order_of_priority() -> None:
    stackable = {"exclusive": False}
    early = deal("EARLY", bps=1_000, priority=2, **stackable)
    phone = deal("PHONE", kind=K.AMOUNT, amount_minor=1_000, priority=1, **stackable)

    found = outcome([phone, early], [line()], FACTS)

    assert [one.minor for one in found.applied] == [1_000, 1_000]
    turned = [phone._replace(terms=phone.terms.model_copy(update={"priority": 3})), early]
    assert [one.minor for one in outcome(turned, [line()], FACTS).applied] == [1_000, 900]


def test_an_exclusive_one_stands_alone_on_its_line() -> None:
    alone = deal("ALONE", priority=5, ticket_type_ids=["adult"])
    other = deal("OTHER", exclusive=False)
    lines = [line(), line(type_id="child", price=5_000)]

    found = outcome([other, alone], lines, FACTS)

    took = {one.deal.id: [part.line_id for part in one.parts] for one in found.applied}
    assert took == {"ALONE": ["adult10000"], "OTHER": ["child5000"]}
    first = outcome([other, alone._replace(terms=deal("ALONE", priority=-1).terms)], lines, FACTS)
    assert [one.deal.id for one in first.passed] == ["ALONE"]


def test_of_a_stacking_group_the_first_lowers_a_line() -> None:
    one, two = (
        deal(code, exclusive=False, stack_group="coupon", priority=number)
        for number, code in enumerate(("ONE", "TWO"))
    )

    assert [each.deal.id for each in outcome([one, two], [line()], FACTS).applied] == ["TWO"]


def test_reduced_prices_are_left_alone_unless_the_promotion_says_so() -> None:
    child = line(concession="child")
    member = line(terms={"is_group": False, "member": {"member_id": "m"}})
    group = line(terms={"is_group": True})

    for one in (child, member, group):
        assert not outcome([deal()], [one], FACTS).applied
        assert outcome([deal(on_reduced=True)], [one], FACTS).applied


def test_limits_are_looked_at_by_who_buys() -> None:
    once = deal(limit_phone=1)
    facts = FACTS._replace(phone_hash="me", used={("P", Scope.PHONE.value, "me"): 1})

    assert not outcome([once], [line()], FACTS).applied
    assert not outcome([once], [line()], facts).applied
    assert outcome([once], [line()], facts._replace(phone_hash="you")).applied
    assert not outcome([deal(limit_total=3)._replace(used=3)], [line()], FACTS).applied


def test_a_line_of_a_group_is_counted_by_the_heads_that_pay() -> None:
    group = line(8_000, type_id="group")._replace(
        persons=50, free_persons=3, amount_minor=47 * 8_000, terms={"is_group": True}
    )
    ten = deal(kind=K.AMOUNT, amount_minor=1_000, on_reduced=True)

    found = outcome([ten], [group], FACTS._replace(floors={"group": 7_500}))

    assert found.lines[0].amount_minor == 47 * 7_500


promotions = st.builds(
    lambda kind, number, exclusive, priority, most: deal(
        f"P{priority}{kind.name}",
        kind=kind,
        bps=number,
        amount_minor=number,
        buy=1 + number % 3,
        get=1 + number % 2,
        exclusive=exclusive,
        priority=priority,
        most_quantity=most,
    ),
    st.sampled_from(list(PromotionKind)),
    st.integers(1, 10_000),
    st.booleans(),
    st.integers(0, 9),
    st.integers(0, 5),
)
many_lines = st.lists(
    st.tuples(st.integers(1, 20_000), st.integers(1, 12), st.integers(0, 15_000)), max_size=4
)


@settings(max_examples=60)
@given(st.lists(promotions, max_size=5), many_lines)
def test_no_ticket_falls_below_its_floor_and_every_fen_is_somewhere(
    deals: list[Deal], wanted: list[tuple[int, int, int]]
) -> None:
    lines = [line(price, n, f"t{at}") for at, (price, n, _) in enumerate(wanted)]
    floors = {f"t{at}": floor for at, (_, _, floor) in enumerate(wanted)}

    found: Outcome = outcome(deals, lines, FACTS._replace(floors=floors))

    for before, after in zip(lines, found.lines, strict=True):
        floor = floors[after.ticket_type_id or ""]
        assert after.amount_minor + after.discount_minor == before.amount_minor
        assert sum(after.prices()) == after.amount_minor
        assert sum(after.discounts()) == after.discount_minor
        assert min(after.discounts()) >= 0
        assert min(after.prices()) >= min(floor, before.unit_price_minor)
        said = sum(one["minor"] for one in after.terms.get("promotions", ()))
        assert said == after.discount_minor
    taken = sum(one.minor for one in found.applied)
    assert taken == sum(one.discount_minor for one in found.lines)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bps": 0},
        {"kind": K.AMOUNT},
        {"kind": K.BUY_GET, "buy": 2},
        {"code_use": "shared"},
        {"shared_code": "HELLO"},
        {"channels": [Channel.AGENT]},
        {"sale_from": DAY, "sale_until": DAY - timedelta(days=1)},
        {"slot_from": "12:00", "slot_until": "12:00"},
        {"funders": [AREA.model_copy(update={"share_bps": 9_999})]},
        {"funders": [AREA.model_copy(update={"share_bps": 5_000})] * 2},
        {"funders": [FunderInput(kind=FunderKind.UNIT, share_bps=10_000)]},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    good = {"code": "P", "name_zh": "P", "kind": K.PERCENT, "bps": 1_000, "funders": [AREA]}
    PromotionInput.model_validate(good)

    with pytest.raises(ValidationError):
        PromotionInput.model_validate(good | wrong)


@pytest.mark.parametrize(
    ("terms", "spent", "expected"),
    [
        ({}, {}, None),
        ({"sale_from": "2026-07-10", "sale_until": "2026-07-10"}, {}, None),
        ({"sale_from": "2026-07-11"}, {}, Standing.LATER),
        ({"sale_until": "2026-07-09", "visit_until": "2026-07-31"}, {}, Standing.OVER),
        ({"visit_until": "2026-07-09"}, {"used": 10, "limit_total": 10}, Standing.OVER),
        ({}, {"used": 79, "limit_total": 100}, None),
        ({}, {"used": 80, "limit_total": 100}, Standing.NEARLY),
        ({}, {"given_minor": 5_000, "budget_minor": 5_000}, Standing.USED_UP),
        ({"sale_until": "2026-07-09"}, {"status": "paused"}, None),
    ],
)
def test_how_an_active_promotion_stands(
    terms: dict[str, str], spent: dict[str, Any], expected: Standing | None
) -> None:
    figures = {"used": 0, "limit_total": None, "given_minor": 0, "budget_minor": None}
    row = SimpleNamespace(**{"status": "active", "terms": terms, **figures, **spent})
    assert standing(row, DAY) is expected
