"""Bookings of resellers' programs: held, paid from the balance, changed, given back."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from domain.commerce import agents, capacity, orders, resellers
from domain.commerce.agents import AgentInput, AgentStatus, Receipt
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.operation import settings, verification
from domain.retention import removing
from domain.retention.model import IdentityKind
from tests.webapp.octo.resellers import PAID_IN, SEATS, Program, add_boat

LOSE = sa.text("UPDATE orders SET status = 'held' WHERE number = :number")
LAPSE = sa.text("UPDATE orders SET held_until = placed_at WHERE number = :number")
USE = sa.text(
    "UPDATE tickets SET status = 'used', entries_left = 0, entries_used = 1 WHERE order_id IN"
    " (SELECT id FROM orders WHERE number = :number)"
)
NET = 8_820  # 98.00 less ten per cent
PERSON = "520102199003070014"


async def all_is_well(app: Starlette) -> None:
    for check in ("ledger", "orders", "payments", "refunds", "agents", "resellers"):
        assert await app.state.db.ask(verification.run, check) == [], check


async def test_a_booking_is_held_paid_and_delivered(app: Starlette, program: Program) -> None:
    held = await program.hold(resellerReference="R-7", notes="late")
    assert (held["status"], held["supplierReference"][:2]) == ("ON_HOLD", "20")
    assert held["utcExpiresAt"] and held["cancellable"] and not held["testMode"]
    assert held["pricing"] | {"includedTaxes": []} == {
        "original": 19_600, "retail": 19_600, "net": 2 * NET, "currency": "CNY",
        "currencyPrecision": 2, "includedTaxes": [],
    }  # fmt: skip
    assert await program.reseller.balance(app.state.db) == PAID_IN

    contact = {"fullName": "Li Lei", "emailAddress": "l@example.org", "phoneNumber": "13800138000"}
    paid = await program.confirm(contact=contact)
    again = await program.confirm(contact=contact)

    assert (paid["status"], paid["resellerReference"]) == ("CONFIRMED", "R-7")
    assert paid["contact"]["emailAddress"] == "l@example.org"
    assert again["unitItems"] == paid["unitItems"]
    assert await program.reseller.balance(app.state.db) == PAID_IN - 2 * NET
    codes = [one["ticket"]["deliveryOptions"][0] for one in paid["unitItems"]]
    assert {one["deliveryFormat"] for one in codes} == {"QRCODE"}
    assert len({one["deliveryValue"] for one in codes}) == 2
    order = await app.state.db.ask(orders.find_orders, orders.search_for(
        app.state.vault, paid["supplierReference"]))  # fmt: skip
    assert (order[0].contact_name, order[0].phone_mask[-4:]) == ("Li Lei", "8000")
    assert await program.call("GET", "/bookings/b-1") == again
    await all_is_well(app)


async def test_the_papers_are_behind_their_own_address(program: Program) -> None:
    await program.hold()
    paid = await program.confirm()
    address = paid["voucher"]["deliveryOptions"][0]["deliveryValue"]

    answer = await program.client.get(address)
    assert answer.content.startswith(b"%PDF")
    wrong = address[:-5] + ("a" if address[-5] != "a" else "b") + ".pdf"
    assert (await program.client.get(wrong)).status_code in (400, 404)


async def test_the_same_uuid_books_once(app: Starlette, program: Program) -> None:
    found = await asyncio.gather(*(program.hold() for _ in range(50)))

    assert len({one["id"] for one in found}) == 1
    day = await app.state.db.ask(
        capacity.day_of, program.reseller.world.area_id, program.reseller.day
    )
    assert day.taken == 2
    other = await program.hold(400, unitItems=[{"unitId": program.reseller.world.child_id}])
    assert other["error"] == "UNPROCESSABLE_ENTITY"


async def test_many_confirmations_pay_once(app: Starlette, program: Program) -> None:
    await program.hold()
    found = await asyncio.gather(*(program.confirm() for _ in range(20)))

    assert {one["status"] for one in found} == {"CONFIRMED"}
    assert await program.reseller.balance(app.state.db) == PAID_IN - 2 * NET
    await all_is_well(app)


async def test_beyond_the_credit_the_places_stay_held(app: Starlette, program: Program) -> None:
    items = [{"unitId": program.reseller.world.adult_id} for _ in range(120)]
    await program.hold(unitItems=items)

    refused = await program.confirm(status=400)

    assert (refused["error"], refused["reason"]) == ("UNPROCESSABLE_ENTITY", "CREDIT_EXCEEDED")
    assert (await program.call("GET", "/bookings/b-1"))["status"] == "ON_HOLD"
    assert await program.reseller.balance(app.state.db) == PAID_IN


async def test_a_boat_is_never_sold_twice(app: Starlette, program: Program) -> None:
    world = program.reseller.world
    boat = {
        "productId": world.boat_id,
        "availabilityId": program.reseller.boat_at,
        "unitItems": [{"unitId": world.boat_ticket_id}],
    }
    answers = await asyncio.gather(
        *(
            program.client.post(
                "/octo/bookings",
                json=program.wanted(**boat, uuid=f"b-{number}"),
                headers=program.reseller.headers,
            )
            for number in range(SEATS + 5)
        )
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * SEATS + [400] * 5
    lost = next(answer.json() for answer in answers if answer.status_code == 400)
    assert (lost["error"], lost["reason"]) == ("UNPROCESSABLE_ENTITY", "QUOTA_EXHAUSTED")


async def test_a_hold_is_extended_changed_and_let_go(app: Starlette, program: Program) -> None:
    world, day = program.reseller.world, program.reseller.day
    held = await program.hold(expirationMinutes=5)
    longer = await program.call("POST", "/bookings/b-1/extend", {"expirationMinutes": 40})
    assert longer["utcExpiresAt"] > held["utcExpiresAt"]

    later = (day + timedelta(days=1)).isoformat()
    body = {
        "availabilityId": later,
        "unitItems": [{"uuid": "u-1", "unitId": world.adult_id}, {"unitId": world.child_id}],
        "notes": "vegetarian",
    }
    changed = await program.call("PATCH", "/bookings/b-1", body)
    assert (changed["availabilityId"], changed["notes"]) == (later, "vegetarian")
    assert changed["pricing"]["net"] == NET + 4_410
    before = await app.state.db.ask(capacity.day_of, world.area_id, day)
    assert before.taken == 0

    gone = await program.call("POST", "/bookings/b-1/cancel", {"reason": "changed his mind"})
    again = await program.call("DELETE", "/bookings/b-1", {})
    assert (gone["status"], gone["cancellation"]["refund"]) == ("CANCELLED", "FULL")
    assert again["cancellation"] == gone["cancellation"]
    refused = await program.confirm(status=400)
    assert refused["error"] == "UNPROCESSABLE_ENTITY"
    await all_is_well(app)


async def test_what_is_paid_is_changed_and_given_back(app: Starlette, program: Program) -> None:
    db, day = app.state.db, program.reseller.day
    await program.hold()
    paid = await program.confirm()
    keep = {"unitItems": [{"uuid": "u-1", "unitId": paid["unitItems"][0]["unitId"]}]}
    fewer = await program.call("PATCH", "/bookings/b-1", keep)
    assert [one["uuid"] for one in fewer["unitItems"]] == ["u-1"]
    assert await program.reseller.balance(db) == PAID_IN - NET

    later = (day + timedelta(days=1)).isoformat()
    moved = await program.call("PATCH", "/bookings/b-1", {"availabilityId": later})
    assert moved["availabilityId"] == later
    old, new = (one["unitItems"][0]["ticket"]["deliveryOptions"][0] for one in (fewer, moved))
    assert old["deliveryValue"] != new["deliveryValue"]

    gone = await program.call("DELETE", "/bookings/b-1", {"reason": "ill"})
    assert gone["cancellation"] | {"utcCancelledAt": ""} == {
        "refund": "FULL", "reason": "ill", "utcCancelledAt": "",
    }  # fmt: skip
    assert await program.reseller.balance(db) == PAID_IN
    await all_is_well(app)


async def test_a_boat_that_is_moved_to_an_earlier_one_ends_earlier(
    app: Starlette, program: Program
) -> None:
    world, nine = program.reseller.world, datetime.fromisoformat(program.reseller.boat_at)
    seven = nine - timedelta(hours=2)
    await app.state.db.act(add_boat, world, seven)
    item = {"uuid": "u-1", "unitId": world.boat_ticket_id}
    await program.hold(productId=world.boat_id, availabilityId=nine.isoformat(), unitItems=[item])
    paid = await program.confirm()

    moved = await program.call("PATCH", "/bookings/b-1", {"availabilityId": seven.isoformat()})

    ends = [
        datetime.fromisoformat(one["availability"]["localDateTimeEnd"]) for one in (paid, moved)
    ]
    assert ends == [nine + timedelta(hours=2), nine]


async def test_a_real_name_ticket_is_named_before_it_is_paid(program: Program) -> None:
    named: dict[str, Any] = {
        "unitItems": [{"uuid": "u-1", "unitId": program.reseller.world.named_id}]
    }
    held = await program.hold(**named)
    assert held["unitItems"][0]["unit"]["requiredContactFields"] == ["fullName", "notes"]
    refused = await program.confirm(status=400)
    assert refused["error"] == "BAD_REQUEST"

    contact = {"fullName": "张伟", "notes": PERSON}
    paid = await program.confirm(unitItems=[named["unitItems"][0] | {"contact": contact}])
    assert paid["status"] == "CONFIRMED"
    assert paid["unitItems"][0]["contact"]["fullName"] == "张伟"


async def test_a_test_takes_nothing(app: Starlette, program: Program) -> None:
    env: dict[str, Any] = {"Octo-Env": "test"}
    held = await program.call("POST", "/bookings", program.wanted(), **env)
    paid = await program.confirm()

    assert held["testMode"] and paid["testMode"]
    assert (held["status"], paid["status"]) == ("ON_HOLD", "CONFIRMED")
    assert paid["unitItems"][0]["ticket"]["deliveryOptions"][0]["deliveryValue"] == "TEST-u-1"
    assert await program.reseller.balance(app.state.db) == PAID_IN
    day = await app.state.db.ask(
        capacity.day_of, program.reseller.world.area_id, program.reseller.day
    )
    assert day.taken == 0
    gone = await program.call("DELETE", "/bookings/b-1", {})
    assert gone["status"] == "CANCELLED"


async def test_bookings_are_found_by_reference_and_day(program: Program) -> None:
    day = program.reseller.day.isoformat()
    held = await program.hold(resellerReference="R-7")
    for query in (
        "resellerReference=R-7",
        f"supplierReference={held['supplierReference']}",
        f"localDate={day}",
        f"localDateStart={day}&localDateEnd={day}",
    ):
        found = await program.call("GET", f"/bookings?{query}")
        assert [one["uuid"] for one in found] == ["b-1"], query
    assert await program.call("GET", "/bookings?resellerReference=other") == []
    for query in ("", f"?localDateStart={day}", "?localDate=x"):
        told = await program.call("GET", f"/bookings{query}", status=400)
        assert told["error"] == "BAD_REQUEST"


async def test_another_agent_sees_nothing_of_it(app: Starlette, program: Program) -> None:
    db, mine = app.state.db, program.reseller
    level = (await db.ask(agents.get, mine.agent_id)).level_id
    given = AgentInput("Other", "", "", "", level, 0)
    other = await db.act(agents.add_agent, mine.world.area_id, "O", given, SYSTEM, utc_now())
    key = await db.act(agents.make_key, other, "x", SYSTEM, utc_now())
    await program.hold(resellerReference="R-7")
    theirs = Program(program.client, mine._replace(agent_id=other, key=key))

    for method, path in (
        ("GET", "/bookings/b-1"),
        ("POST", "/bookings/b-1/confirm"),
        ("POST", "/bookings/b-1/extend"),
        ("PATCH", "/bookings/b-1"),
        ("DELETE", "/bookings/b-1"),
    ):
        told = await theirs.call(method, path, {}, 400)
        assert told["error"] == "INVALID_BOOKING_UUID", path
    assert await theirs.call("GET", "/bookings?resellerReference=R-7") == []


async def test_who_is_stopped_is_told_so(app: Starlette, program: Program) -> None:
    db, agent_id = app.state.db, program.reseller.agent_id
    agent = await db.ask(agents.get, agent_id)
    given = AgentInput(agent.name, "", "", "", agent.level_id, 0, AgentStatus.SUSPENDED)
    await db.act(agents.change_agent, agent_id, given, agent.version, SYSTEM, utc_now())
    assert (await program.call("GET", "/products", status=403))["error"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"productId": "x"}, "INVALID_PRODUCT_ID"),
        ({"optionId": "x"}, "INVALID_OPTION_ID"),
        ({"availabilityId": "x"}, "INVALID_AVAILABILITY_ID"),
        ({"availabilityId": "2020-01-01"}, "INVALID_AVAILABILITY_ID"),
        ({"unitItems": [{"unitId": "x"}]}, "INVALID_UNIT_ID"),
        ({"unitItems": []}, "UNPROCESSABLE_ENTITY"),
        ({"unitItems": None}, "BAD_REQUEST"),
        ({"uuid": "a b"}, "BAD_REQUEST"),
        ({"uuid": 7}, "BAD_REQUEST"),
        ({"expirationMinutes": -1}, "BAD_REQUEST"),
        ({"notes": "x" * 5_000}, "BAD_REQUEST"),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    app: Starlette, program: Program, changed: dict[str, Any], error: str
) -> None:
    told = await program.hold(400, **changed)
    assert told["error"] == error
    world = program.reseller.world
    day = await app.state.db.ask(capacity.day_of, world.area_id, program.reseller.day)
    assert day.taken == 0


async def test_a_cart_is_confirmed_and_cancelled_together(app: Starlette, program: Program) -> None:
    cart: dict[str, Any] = {"Octo-Capabilities": "octo/cart, octo/pricing"}
    for uuid in ("b-1", "b-2"):
        wanted = program.wanted(uuid=uuid, orderId="c-1")
        held = await program.call("POST", "/bookings", wanted, **cart)
        assert held["orderId"] == "c-1"

    paid = await program.call("POST", "/orders/c-1/confirm", {}, **cart)
    assert (paid["status"], paid["pricing"]["net"]) == ("CONFIRMED", 4 * NET)
    assert await program.reseller.balance(app.state.db) == PAID_IN - 4 * NET
    gone = await program.call("POST", "/orders/c-1/cancel", {}, **cart)
    assert {one["status"] for one in gone["bookings"]} == {"CANCELLED"}
    assert await program.reseller.balance(app.state.db) == PAID_IN
    assert (await program.call("GET", "/orders/none", status=400))["error"] == "BAD_REQUEST"


async def test_what_was_said_of_people_goes_when_its_time_is_over(
    app: Starlette, program: Program
) -> None:
    db = app.state.db
    await program.hold(contact={"emailAddress": "l@example.org"}, notes="wheelchair")
    await program.confirm()
    env: dict[str, Any] = {"Octo-Env": "test"}
    await program.call("POST", "/bookings", program.wanted(uuid="t-1"), **env)
    later = utc_now() + timedelta(days=4_000)
    await db.act(resellers.forget_tests, later)
    await program.call("GET", "/bookings/t-1", status=400)

    async def remove(tx: Tx) -> int:
        run_id = await removing.request(tx, SYSTEM, later)
        return await removing.remove_some(tx, run_id, IdentityKind.CONTACTS, later)

    assert await db.act(remove) == 1
    left = await program.call("GET", "/bookings/b-1")
    assert (left["contact"]["emailAddress"], left["notes"]) == (None, None)


async def test_a_confirmed_booking_without_its_money_is_found(
    app: Starlette, program: Program
) -> None:
    held = await program.hold()
    await program.confirm()

    async def lose(tx: Tx) -> None:
        await tx.run(LOSE, number=held["supplierReference"])

    await app.state.db.act(lose)
    (finding,) = await app.state.db.ask(verification.run, "resellers")
    assert held["supplierReference"] in finding.problem


async def change_by_hand(app: Starlette, statement: sa.TextClause, number: str) -> None:
    async def act(tx: Tx) -> None:
        await tx.run(statement, number=number)

    await app.state.db.act(act)


async def test_a_hold_that_ran_out_is_told_so(app: Starlette, program: Program) -> None:
    held = await program.hold()
    await change_by_hand(app, LAPSE, held["supplierReference"])

    assert (await program.call("GET", "/bookings/b-1"))["status"] == "EXPIRED"
    for method, path in (("POST", "/confirm"), ("POST", "/extend"), ("DELETE", "")):
        told = await program.call(method, f"/bookings/b-1{path}", {}, 400)
        assert (told["error"], told["reason"]) == ("UNPROCESSABLE_ENTITY", "HOLD_EXPIRED")


async def test_what_was_used_is_redeemed_and_stays_paid(app: Starlette, program: Program) -> None:
    held = await program.hold()
    await program.confirm()
    await change_by_hand(app, USE, held["supplierReference"])

    used = await program.call("GET", "/bookings/b-1")
    assert (used["status"], used["cancellable"]) == ("REDEEMED", False)
    assert {one["status"] for one in used["unitItems"]} == {"REDEEMED"}
    told = await program.call("DELETE", "/bookings/b-1", {"force": True}, 400)
    assert told["reason"] == "NOT_REFUNDABLE"
    assert await program.reseller.balance(app.state.db) == PAID_IN - 2 * NET


async def test_what_a_second_person_must_decide_is_pending(
    app: Starlette, program: Program
) -> None:
    db = app.state.db
    chosen = await db.ask(settings.current, program.reseller.world.area_id)
    many = chosen.refund_limit_minor // NET + 1
    await db.act(agents.receive, Receipt("r2", program.reseller.agent_id, many * NET, "BOC"),
                 SYSTEM, utc_now())  # fmt: skip
    adult = program.reseller.world.adult_id
    await program.hold(unitItems=[{"unitId": adult} for _ in range(many)])
    await program.confirm()

    waits = await program.call("DELETE", "/bookings/b-1", {})
    assert (waits["status"], waits["cancellation"]) == ("PENDING", None)
    assert await program.call("DELETE", "/bookings/b-1", {}) == waits
