"""Invoices that buyers ask for."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from domain.commerce import invoices, refunds
from domain.commerce.invoices import InvoiceInput, InvoiceStatus, RedStatus, Sought, TitleKind
from domain.commerce.refunds import RefundCause
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from domain.kernel.vault import Vault
from tests.domain.admission.collections.network import order_online
from tests.domain.commerce.factories import NOON, World

COMPANY = InvoiceInput(TitleKind.COMPANY, "贵州云岭旅游有限公司", "91110000600037341L", "a@b.cn")
PERSON = InvoiceInput(TitleKind.PERSON, "张伟")


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 30))
def test_a_company_number_is_right_with_exactly_one_last_character(body: str, shift: int) -> None:
    body = "91" + "110000" + body[8:]
    right = uscc.calc_check_digit(body)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    other = alphabet[(alphabet.index(right) + shift) % 31]

    problem = invoices.problem_with_tax_no(body + other)

    assert (problem is None) == (other == right)


@pytest.mark.parametrize(
    ("number", "fine"),
    [("123456789012345", True), ("", False), ("12345", False), ("9111000060003734", False)],
)
def test_older_numbers_are_taken_and_short_ones_are_not(number: str, fine: bool) -> None:
    assert (invoices.problem_with_tax_no(number) is None) == fine


async def test_an_invoice_is_asked_for_once_and_issued(
    db: Database, world: World, vault: Vault
) -> None:
    order = await order_online(db, world, vault)
    asked = await db.act(invoices.ask, order.id, COMPANY, SYSTEM, NOON)

    assert await db.act(invoices.ask, order.id, COMPANY, SYSTEM, NOON) == asked
    with pytest.raises(Conflict):
        await db.act(invoices.ask, order.id, PERSON, SYSTEM, NOON)
    row = await db.ask(invoices.get_request, asked)
    assert (row.amount_minor, row.status) == (19_600, InvoiceStatus.REQUESTED)

    await db.act(invoices.answer, asked, "26117000", "", row.version, SYSTEM, NOON)
    with pytest.raises(Conflict):
        await db.act(invoices.answer, asked, "26117001", "", row.version, SYSTEM, NOON)
    issued = await db.ask(invoices.of_order, order.id)
    assert issued is not None and issued.number == "26117000"


async def test_after_a_no_it_may_be_asked_for_again(
    db: Database, world: World, vault: Vault
) -> None:
    order = await order_online(db, world, vault)
    asked = await db.act(invoices.ask, order.id, COMPANY, SYSTEM, NOON)
    await db.act(invoices.answer, asked, "", "抬头有误", 1, SYSTEM, NOON)

    again = await db.act(invoices.ask, order.id, PERSON, SYSTEM, NOON)

    assert again != asked
    row = await db.ask(invoices.of_order, order.id)
    assert row is not None
    assert (row.title, row.tax_no, row.kind) == ("张伟", "", "person")


async def test_two_ask_at_once_and_one_stands(db: Database, world: World, vault: Vault) -> None:
    order = await order_online(db, world, vault)
    wanted = [PERSON, COMPANY] * 5

    found = await asyncio.gather(
        *(db.act(invoices.ask, order.id, one, SYSTEM, NOON) for one in wanted),
        return_exceptions=True,
    )

    assert len({one for one in found if isinstance(one, str)}) == 1


async def test_nothing_is_written_for_what_was_not_paid_or_given_back(
    db: Database, world: World, vault: Vault
) -> None:
    unpaid = await order_online(db, world, vault, paid=False)
    with pytest.raises(Refused):
        await db.act(invoices.ask, unpaid.id, PERSON, SYSTEM, NOON)
    order = await order_online(db, world, vault)
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    one = quote.lines[0]
    request = refunds.Request(
        "r1", order.id, (one.subject_id,), RefundCause.VISITOR, "x", one.amount_minor
    )
    await db.act(refunds.refund, request, SYSTEM, NOON)
    asked = await db.act(invoices.ask, order.id, PERSON, SYSTEM, NOON)
    row = await db.ask(invoices.get_request, asked)
    assert row.amount_minor == order.total_minor - one.amount_minor


async def test_no_number_is_written_over_money_that_was_given_back_since(
    db: Database, world: World, vault: Vault
) -> None:
    order = await order_online(db, world, vault)
    asked = await db.act(invoices.ask, order.id, COMPANY, SYSTEM, NOON)
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    one = quote.lines[0]
    request = refunds.Request(
        "r1", order.id, (one.subject_id,), RefundCause.VISITOR, "x", one.amount_minor
    )
    await db.act(refunds.refund, request, SYSTEM, NOON)

    with pytest.raises(Conflict):
        await db.act(invoices.answer, asked, "26117000", "", 1, SYSTEM, NOON)
    await db.act(invoices.answer, asked, "", "金额已变化", 1, SYSTEM, NOON)
    again = await db.ask(
        invoices.get_request, await db.act(invoices.ask, order.id, COMPANY, SYSTEM, NOON)
    )
    assert again.amount_minor == order.total_minor - one.amount_minor


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (PERSON._replace(title=" "), "title"),
        (COMPANY._replace(tax_no="91110000600037341M"), "tax_no"),
        (COMPANY._replace(tax_no=""), "tax_no"),
        (PERSON._replace(email="no email"), "email"),
    ],
)
async def test_a_mistake_is_said_at_its_field(
    db: Database, world: World, vault: Vault, given: InvoiceInput, field: str
) -> None:
    order = await order_online(db, world, vault)
    with pytest.raises(InvalidInput) as error:
        await db.act(invoices.ask, order.id, given, SYSTEM, NOON)
    assert set(error.value.fields) == {field}


@pytest.mark.parametrize(("number", "reason"), [("", ""), ("1", "no"), ("1" * 41, "")])
async def test_an_answer_is_one_or_the_other(
    db: Database, world: World, vault: Vault, number: str, reason: str
) -> None:
    order = await order_online(db, world, vault)
    asked = await db.act(invoices.ask, order.id, PERSON, SYSTEM, NOON)
    with pytest.raises(InvalidInput):
        await db.act(invoices.answer, asked, number, reason, 1, SYSTEM, NOON)


async def test_what_goes_back_after_an_invoice_is_corrected_by_red_letters(
    db: Database, world: World, vault: Vault
) -> None:
    order = await order_online(db, world, vault)
    asked = await db.act(invoices.ask, order.id, COMPANY, SYSTEM, NOON)
    await db.act(invoices.answer, asked, "26117000", "", 1, SYSTEM, NOON)
    quote = await db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, NOON)
    for one in quote.lines:  # one after the other: two partial refunds
        given = refunds.Request(
            one.subject_id, order.id, (one.subject_id,), RefundCause.VISITOR, "x", one.amount_minor
        )
        for _ in range(2):
            await db.act(refunds.refund, given, SYSTEM, NOON)

    first, second = await db.ask(invoices.reds_of, asked)
    assert [one.amount_minor for one in (first, second)] == [
        one.amount_minor for one in quote.lines
    ]
    assert {one.status for one in (first, second)} == {RedStatus.DUE}
    sought = Sought((world.area_id,), red_due=True)
    (row,) = await db.ask(invoices.list_requests, sought, Cut())
    assert row.red_due_minor == quote.amount_minor > 0
    with pytest.raises(InvalidInput):
        await db.act(invoices.write_red, asked, first.id, " ", 1, SYSTEM, NOON)
    told = await asyncio.gather(
        *(db.act(invoices.write_red, asked, first.id, f"R{n}", 1, SYSTEM, NOON) for n in range(10)),
        return_exceptions=True,
    )
    assert told.count(None) == 1
    await db.act(invoices.write_red, asked, second.id, "R99", 1, SYSTEM, NOON)
    assert await db.ask(invoices.list_requests, sought, Cut()) == []
    written = await db.ask(invoices.reds_of, asked)
    assert {one.status for one in written} == {RedStatus.WRITTEN}
    assert written[1].number == "R99"
    with pytest.raises(NotFound):
        await db.act(invoices.write_red, asked, "other", "R1", 1, SYSTEM, NOON)
