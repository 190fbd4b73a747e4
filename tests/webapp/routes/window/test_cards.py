"""Member cards at a window: opened, found, filled, renewed, replaced, lost, paid with, returned."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.cards import memberships
from domain.cards.products import CardKind
from domain.commerce import orders
from domain.commerce.orders import OrderFilter
from domain.operation import verification
from tests.webapp.routes.window.cards import OTHER, PERSON, UID, Counter, open_counter, product


@pytest.fixture
async def counter(app: Starlette, client: httpx2.AsyncClient) -> Counter:
    return await open_counter(app, client)


async def test_a_card_is_opened_with_deposit_top_up_and_bonus(counter: Counter) -> None:
    shown = await counter.client.get(
        f"/window/cards/new?product_id={counter.stored}&amount_minor=3000"
    )
    assert "4,000.00" in shown.text  # the balance after, bonus included
    assert "3,020.00" in shown.text  # to pay: with the deposit

    card = await counter.open(counter.stored, amount_minor="3000", medium=UID)

    assert (card.principal_minor, card.bonus_minor, card.deposit_minor) == (300_000, 100_000, 2_000)
    assert card.status == "active"
    page = await counter.client.get(f"/window/cards/{card.id}")
    assert "4,000.00" in page.text
    assert "张伟" in page.text
    assert PERSON not in page.text


async def test_the_same_form_opens_one_card(counter: Counter) -> None:
    first = await counter.open(counter.annual, request_id="once")
    again = await counter.post(
        "/window/cards",
        request_id="once",
        product_id=counter.annual,
        name="张伟",
        phone="13800138000",
        document_number=PERSON,
    )

    assert again.status_code == 303
    assert again.headers["location"].endswith("/done")
    rows = await counter.app.state.db.ask(memberships.list_cards, counter.world.area_id)
    assert [row.id for row in rows] == [first.id]


async def test_a_wrong_document_opens_nothing(counter: Counter) -> None:
    response = await counter.post(
        "/window/cards",
        request_id="r",
        product_id=counter.stored,
        name="张伟",
        document_number="110105194912310021",
        amount_minor="abc",
    )

    assert response.status_code == 422
    response = await counter.post(
        "/window/cards",
        request_id="r",
        product_id=counter.stored,
        name="张伟",
        document_number="110105194912310021",
    )
    assert response.status_code == 422
    assert 'id="document_number-error"' in response.text
    assert 'value="张伟"' in response.text
    assert not await counter.app.state.db.ask(orders.list_orders, OrderFilter())


@pytest.mark.parametrize("typed", [UID, "13800138000", PERSON, "张伟"])
async def test_a_card_is_found_by_what_people_have(counter: Counter, typed: str) -> None:
    card = await counter.open(counter.annual, medium=UID)

    found = await counter.client.post("/window/cards/finds", data={"q": typed})

    assert found.headers.get("location", "").endswith(card.id)


async def test_what_nobody_has_is_said(counter: Counter) -> None:
    found = await counter.client.post("/window/cards/finds", data={"q": "没有这个人"})

    assert found.status_code == 200
    assert "没有符合的卡" in found.text


async def test_a_top_up_says_its_bonus_before(counter: Counter) -> None:
    card = await counter.open(counter.stored)

    shown = await counter.client.get(
        f"/window/cards/{card.id}/top-ups/new?amount_minor=3000", headers={"HX-Request": "true"}
    )
    assert "1,000.00" in shown.text
    assert "<main" not in shown.text
    too_much = await counter.post(
        f"/window/cards/{card.id}/top-ups", request_id="t", amount_minor="9999999"
    )
    assert too_much.status_code == 422
    await counter.pay_cash(
        await counter.post(f"/window/cards/{card.id}/top-ups", request_id="t", amount_minor="3000")
    )

    card = await counter.card(card.id)
    assert (card.principal_minor, card.bonus_minor) == (300_000, 100_000)


async def test_an_early_renewal_begins_at_the_old_end(counter: Counter) -> None:
    card = await counter.open(counter.annual)

    shown = await counter.client.get(f"/window/cards/{card.id}/renewals/new")
    assert "提前续卡" in shown.text
    await counter.pay_cash(await counter.post(f"/window/cards/{card.id}/renewals", request_id="n"))

    renewed = await counter.card(card.id)
    assert (renewed.valid_until - card.valid_until).days == 365


async def test_a_lost_card_is_replaced_for_who_shows_the_document(counter: Counter) -> None:
    card = await counter.open(counter.stored, amount_minor="3000", medium=UID)
    lost = await counter.post(f"/window/cards/{card.id}/losses", reason="在索道上丢的")
    assert lost.status_code == 303
    assert (await counter.card(card.id)).status == "lost"
    wrong = await counter.post(
        f"/window/cards/{card.id}/replacements",
        request_id="p",
        cause="lost",
        document_number=OTHER,
    )
    assert wrong.status_code == 422

    order_id = await counter.pay_cash(
        await counter.post(
            f"/window/cards/{card.id}/replacements",
            request_id="p",
            cause="lost",
            document_number=PERSON,
            medium="04FFFFFFFFFFF1",
        )
    )

    old = await counter.card(card.id)
    new = await counter.card(old.replaced_by_id)
    assert (old.status, old.principal_minor) == ("replaced", 0)
    assert (new.principal_minor, new.bonus_minor) == (300_000, 100_000)
    done = await counter.client.get(f"/window/orders/{order_id}/done")
    assert new.number in done.text
    assert "<iframe" in done.text


async def test_a_loss_is_lifted_by_the_holder_only(counter: Counter) -> None:
    card = await counter.open(counter.annual)
    await counter.post(f"/window/cards/{card.id}/losses")

    wrong = await counter.post(f"/window/cards/{card.id}/losses/lift", document_number=OTHER)
    assert wrong.status_code == 422
    right = await counter.post(f"/window/cards/{card.id}/losses/lift", document_number=PERSON)

    assert right.status_code == 303
    assert (await counter.card(card.id)).status == "active"


async def sale(counter: Counter, quantity: int) -> str:
    """Adult tickets at 98.00, to be paid with a member card."""
    sold = await counter.client.post(
        "/window/sales",
        data={
            "request_id": f"sale-{quantity}",
            f"q.{counter.world.adult_id}": str(quantity),
            "tender": "stored_value",
        },
    )
    assert sold.status_code == 303, sold.text
    assert "tender=stored_value" in sold.headers["location"]
    return str(sold.headers["location"].split("/")[3])


async def test_a_sale_is_paid_with_the_card_and_the_rest_in_cash(counter: Counter) -> None:
    card = await counter.open(counter.stored, amount_minor="100", medium=UID)
    order_id = await sale(counter, 2)

    read = await counter.post(f"/window/orders/{order_id}/card-payments/finds", q=UID)
    page = await counter.client.get(read.headers["location"])
    assert "100.00" in page.text
    assert "还有 ¥96.00" in page.text
    paid = await counter.post(
        f"/window/orders/{order_id}/card-payments",
        request_id="once",
        card=card.id,
        shown_minor=10_000,
    )
    again = await counter.post(
        f"/window/orders/{order_id}/card-payments",
        request_id="once",
        card=card.id,
        shown_minor=10_000,
    )

    assert paid.status_code == again.status_code == 303
    order = await counter.app.state.db.ask(orders.get_order, order_id)
    assert [one.amount_minor for one in order.payments] == [10_000]
    rest = await counter.post(f"/window/orders/{order_id}/payments", tender="cash", seen=1)
    assert rest.headers["location"].endswith("/done")
    assert (await counter.card(card.id)).principal_minor == 0


async def test_above_the_limit_the_pin_or_the_document_is_needed(counter: Counter) -> None:
    card = await counter.open(counter.stored, amount_minor="3000")
    set_to = await counter.post(
        f"/window/cards/{card.id}/pin", document_number=PERSON, pin="246810"
    )
    assert set_to.status_code == 303
    order_id = await sale(counter, 8)
    path = f"/window/orders/{order_id}/card-payments"
    data = {"request_id": "once", "card": card.id, "shown_minor": 78_400}
    page = await counter.client.get(
        f"/window/orders/{order_id}/payment?tender=stored_value&card={card.id}"
    )
    assert 'name="proof"' in page.text

    assert (await counter.post(path, **data)).status_code == 422
    assert (await counter.post(path, proof="111111", **data)).status_code == 422
    assert (await counter.card(card.id)).pin_failures == 1
    assert (await counter.post(path, proof="246810", **data)).status_code == 303
    assert (await counter.card(card.id)).principal_minor < 300_000


async def test_a_lost_card_pays_nothing(counter: Counter) -> None:
    card = await counter.open(counter.stored, amount_minor="3000")
    await counter.post(f"/window/cards/{card.id}/losses")
    order_id = await sale(counter, 1)

    page = await counter.client.get(
        f"/window/orders/{order_id}/payment?tender=stored_value&card={card.id}"
    )
    paid = await counter.post(
        f"/window/orders/{order_id}/card-payments",
        request_id="x",
        card=card.id,
        shown_minor=9_800,
    )

    assert "挂失" in page.text
    assert paid.status_code == 422
    assert (await counter.card(card.id)).principal_minor == 300_000


async def test_no_card_is_bought_with_a_card(counter: Counter) -> None:
    response = await counter.post(
        "/window/cards",
        request_id="r",
        product_id=counter.annual,
        name="张伟",
        document_number=PERSON,
    )

    page = await counter.client.get(response.headers["location"])

    assert "tender=cash" in page.text
    assert "tender=stored_value" not in page.text


@pytest.mark.parametrize(("reason", "back"), [("by_wish", 40_000), ("by_right", 40_000)])
async def test_a_card_is_given_back_as_quoted(counter: Counter, reason: str, back: int) -> None:
    card = await counter.open(counter.stored, amount_minor="400")
    page = await counter.client.get(f"/window/cards/{card.id}/returns/new")
    assert "420.00" in page.text
    data = {
        "request_id": "once",
        "reason": reason,
        "is_intact": "on",
        "quoted_minor": back + 2_000,
        "note": "搬家",
    }
    path = f"/window/cards/{card.id}/returns"

    wrong = await counter.post(path, document_number=OTHER, **data)
    assert wrong.status_code == 422
    stale = await counter.post(path, document_number=PERSON, **(data | {"quoted_minor": 1}))
    assert stale.status_code == 422
    done = await counter.post(path, document_number=PERSON, **data)

    assert done.status_code == 303
    status = (await counter.card(card.id)).status
    if reason == "by_wish":
        assert status == "returned"
        assert "/window/refunds/" in done.headers["location"]
        handed = await counter.client.get(done.headers["location"])
        assert "420.00" in handed.text
    else:
        assert status == "frozen"  # our own fault is decided by another person
    page = await counter.client.get(f"/window/cards/{card.id}")
    assert "420.00" in page.text


async def test_another_areas_card_is_not_shown(counter: Counter) -> None:
    unknown = "01900000-0000-7000-8000-000000000000"
    for path in ("", "/top-ups/new", "/renewals/new", "/replacements/new", "/returns/new"):
        response = await counter.client.get(f"/window/cards/{unknown}{path}")
        assert response.status_code == 404, path


async def test_the_books_agree_after_it_all(counter: Counter) -> None:
    await counter.open(counter.stored, amount_minor="3000")

    for check in ("ledger", "orders", "payments", "cards", "card_spends"):
        assert not await counter.app.state.db.ask(verification.run, check)


async def test_the_slip_is_a_pdf(counter: Counter) -> None:
    card = await counter.open(counter.stored, amount_minor="300")

    slip = await counter.client.get(f"/window/cards/{card.id}/slip.pdf")

    assert slip.status_code == 200
    assert slip.content.startswith(b"%PDF")


async def test_tickets_are_sold_to_a_member_at_the_price_of_the_card(
    app: Starlette, counter: Counter
) -> None:
    client = counter.client
    vip = await product(app, counter.world, code="GB", kind=CardKind.VIP, discount_bps=2_000)
    card = await counter.open(vip)

    shown = await client.get(f"/window/cards/{card.id}")
    empty = await client.get("/window/sales/new", params={"member": card.id})
    cart = {f"q.{counter.world.adult_id}": "2", "member": card.id, "request_id": "member-1"}
    quoted = await client.post("/window/quotes", data=cart)
    sold = await client.post("/window/sales", data=cart | {"total_minor": "15680"})

    assert f"/window/sales/new?member={card.id}" in shown.text
    assert card.number in empty.text
    assert "156.80" in quoted.text
    assert sold.status_code == 303, sold.text
    order_id = sold.headers["location"].split("/")[3]
    order = await app.state.db.ask(orders.get_order, order_id)
    assert (order.total_minor, order.lines[0].terms["member"]["number"]) == (15_680, card.number)
