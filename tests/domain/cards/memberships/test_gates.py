"""Cards at gates: who may come in, in two steps, and how often."""

import asyncio
from datetime import timedelta

from domain.admission import redemptions
from domain.admission.redemptions import PassResult, limits
from domain.cards import memberships
from domain.commerce.ledger import AccountKind
from domain.kernel import ids
from domain.kernel.refusals import Refusal
from tests.domain.cards.desk import COUNT, STORED, TERM, UID, Desk
from tests.domain.commerce.factories import NOON

MINUTE = timedelta(minutes=1)
PAYS = STORED | {"pays_entry": True, "entry_price_minor": 13_000}


async def test_a_term_card_comes_in_and_rests_ten_minutes(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), uid=UID)

    first = await cards.enter()
    early = await cards.scan(now=NOON + 9 * MINUTE)
    later = await cards.enter(now=NOON + 10 * MINUTE)

    assert first.allowed
    assert first.details["mode"] == "member"
    assert first.details["holder"] == "张*"
    assert early.refusal is Refusal.PASSBACK
    assert later.allowed
    assert (await cards.card(card.id)).entered_times == 2


async def test_a_daily_limit_ends_with_the_day(cards: Desk) -> None:
    await cards.open(await cards.product(**TERM | {"daily_entries": 1}), uid=UID)
    assert (await cards.enter()).allowed

    assert (await cards.scan(now=NOON + 60 * MINUTE)).refusal is Refusal.USED_UP
    assert (await cards.scan(now=NOON + timedelta(days=1))).allowed


async def test_a_term_that_is_over(cards: Desk) -> None:
    await cards.open(await cards.product(**TERM), uid=UID)

    assert (await cards.scan(now=NOON + timedelta(days=365))).refusal is Refusal.EXPIRED


async def test_a_use_is_spent_when_the_arm_has_turned(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    scan_id = ids.new_id()
    assert (await cards.scan(scan_id=scan_id)).allowed
    assert (await cards.card(card.id)).uses_left == 10
    assert (await cards.scan(now=NOON + timedelta(seconds=5))).refusal is Refusal.IN_USE

    recorded = await cards.walk(scan_id)

    assert recorded.counted == 1
    assert (await cards.card(card.id)).uses_left == 9
    assert await cards.findings() == []


async def test_nobody_walked_and_the_use_is_there_again(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    scan_id = ids.new_id()
    await cards.scan(scan_id=scan_id)

    await cards.walk(scan_id, result=PassResult.TIMEOUT)

    assert (await cards.card(card.id)).uses_left == 10
    assert (await cards.scan(now=NOON + timedelta(seconds=1))).allowed


async def test_the_same_scan_gets_the_same_answer(cards: Desk) -> None:
    await cards.open(await cards.product(**COUNT), uid=UID)
    scan_id = ids.new_id()
    first, again = [await cards.scan(scan_id=scan_id) for _ in range(2)]

    assert first == again


async def test_a_count_card_is_used_up(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT | {"uses": 1}), uid=UID)
    await cards.enter()

    assert (await cards.scan(now=NOON + 30 * MINUTE)).refusal is Refusal.USED_UP
    assert (await cards.card(card.id)).uses_left == 0


async def test_a_balance_pays_for_each_entry(cards: Desk) -> None:
    card = await cards.open(await cards.product(**PAYS), top_up=20_000, uid=UID)
    assert (await cards.enter()).allowed

    assert (await cards.card(card.id)).principal_minor == 7_000
    assert await cards.balance(AccountKind.SALES, cards.world.area_id) == -13_000
    assert (await cards.scan(now=NOON + 20 * MINUTE)).refusal is Refusal.BALANCE_SHORT
    assert await cards.findings() == []


async def test_a_balance_without_the_right_to_pay_opens_nothing(cards: Desk) -> None:
    await cards.open(await cards.product(**STORED), top_up=20_000, uid=UID)

    assert (await cards.scan()).refusal is Refusal.WRONG_SITE


async def test_a_loss_is_known_at_once_and_so_is_the_return(cards: Desk) -> None:
    card = await cards.open(await cards.product(**TERM), uid=UID)
    await cards.db.act(memberships.report_loss, card.id, "掉了", cards.world.cashier, NOON)
    assert (await cards.scan()).refusal is Refusal.LOST


async def test_a_replaced_card_is_dead_for_ever(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    await cards.replace(card.id, uid="04FFEEDDCCBBAA")

    assert (await cards.scan()).refusal is Refusal.MEDIUM_DEAD
    assert (await cards.enter("04FFEEDDCCBBAA")).allowed


async def test_an_unopened_card_is_told_so(cards: Desk) -> None:
    blanks = memberships.Range(cards.world.area_id, "YL", "001", "002")
    staff = cards.world.supervisor
    await cards.db.act(memberships.add_blanks, blanks, None, staff, NOON)
    await cards.db.act(memberships.initialise_all, [("YL001", UID)], staff, NOON)

    assert (await cards.scan()).refusal is Refusal.CARD_INACTIVE


async def test_a_stranger_is_still_a_stranger(cards: Desk) -> None:
    assert (await cards.scan("04000000000000")).refusal is Refusal.NOT_FOUND
    assert (await cards.scan("9900112233", kind="qr")).refusal is Refusal.NOT_FOUND


async def test_fifty_scans_at_once_use_a_card_once(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)

    answers = await asyncio.gather(*(cards.scan(passage=True) for _ in range(50)))

    assert sum(one.allowed for one in answers) == 1
    assert {one.refusal for one in answers if not one.allowed} == {Refusal.PASSBACK}
    assert (await cards.card(card.id)).uses_left == 9
    assert await cards.findings() == []


async def test_spent_meanwhile_is_an_incident_and_no_debt(cards: Desk) -> None:
    card = await cards.open(await cards.product(**PAYS), top_up=14_000, uid=UID)
    scan_id = ids.new_id()
    await cards.scan(scan_id=scan_id)
    await cards.pay(card.id, await cards.tickets(), 5_000)

    recorded = await cards.walk(scan_id)

    assert recorded.incident == "dup_pass"
    assert (await cards.card(card.id)).principal_minor == 9_000
    assert await cards.findings() == []


async def test_a_card_that_nobody_followed_is_written_down_once(cards: Desk) -> None:
    card = await cards.open(await cards.product(**COUNT), uid=UID)
    scan_id = ids.new_id()
    answer = await cards.scan(scan_id=scan_id)
    late = NOON + MINUTE
    assert await cards.db.ask(redemptions.lapsed_cards, NOON) == []

    assert await cards.db.ask(redemptions.lapsed_cards, late) == [answer.redemption_id]
    first, again = await asyncio.gather(
        *(cards.db.act(redemptions.annul_lapsed_card, answer.redemption_id, late) for _ in "12")
    )

    assert sorted((first, again)) == [False, True]
    assert await cards.db.ask(redemptions.lapsed_cards, late) == []
    recorded = await cards.walk(scan_id, late)  # told late: it happened all the same
    assert recorded.counted == 1
    assert (await cards.card(card.id)).uses_left == 9


async def test_a_card_on_its_way_takes_a_place_in_a_full_area(cards: Desk) -> None:
    await cards.open(await cards.product(**TERM), uid=UID)
    asked = (cards.world.area_id, "Asia/Shanghai", 10, NOON)
    scan_id = ids.new_id()

    before = await cards.db.act(limits.places_free, *asked)
    await cards.scan(scan_id=scan_id)
    held = await cards.db.act(limits.places_free, *asked)
    await cards.walk(scan_id)
    inside = await cards.db.act(limits.places_free, *asked)

    assert (before, held, inside) == (10, 9, 9)
