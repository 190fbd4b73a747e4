"""Every worked example of the specification that this product brings has a test that works it out.
Whoever removes one, or changes its figures, is told here.

An example stands under its section as the specification puts it, with the tests that play it and
figures that those tests must still name (in themselves or above themselves in a table).
"""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent


class Worked(NamedTuple):
    """The file below tests/, its test, and the figures that it names."""

    file: str
    test: str
    figures: tuple[str, ...] = ()


LOTS, CARDS = "domain/cards/test_lots.py", "domain/cards/memberships"
COMMERCE, ADMISSION = "domain/commerce", "domain/admission"
PRINCIPLES = "domain/operation/batches/test_principles.py"
EXAMPLES: dict[str, list[Worked]] = {
    # 1, shared
    "1 identity: 11010519491231002X is valid": [
        Worked("domain/kernel/test_identity.py", "test_the_number_of_the_standard_is_valid"),
    ],
    # 2.7, batches
    "2.7 even: 10 rows, 3 users, 4/3/3": [
        Worked(PRINCIPLES, "test_even_gives_ten_rows_to_three_as_4_3_3_in_turns", ("abcabcabca",)),
    ],
    "2.7 weighted: 11 rows at 5:3:2 are 6/3/2": [
        Worked(PRINCIPLES, "test_weighted_gives_eleven_rows_at_5_3_2_as_6_3_2", ("[6, 3, 2]",)),
    ],
    "2.7 by attribute: unmapped rows fail": [
        Worked(PRINCIPLES, "test_by_attribute_fails_rows_that_the_table_does_not_know"),
    ],
    "2.7 at most 5,000 rows": [
        Worked(PRINCIPLES, "test_as_many_rows_as_may_be", ("2_500",)),
        Worked(PRINCIPLES, "test_no_rows_too_many_and_rows_marked_twice_are_refused"),
    ],
    "2.7 no users, no weights": [
        Worked(PRINCIPLES, "test_nobody_to_share_out_to_is_refused"),
        Worked(PRINCIPLES, "test_weights_that_make_no_sense_are_refused"),
    ],
    # 4, agents and messages
    "4 peers: 3,000 paid in, limit 10,000, owed 8,500": [
        Worked(
            f"{COMMERCE}/agents/test_agents.py",
            "test_the_worked_example",
            ("450_000", "500_000", "420_000", "970_000"),
        ),
    ],
    "4 messages: 70 characters, 67 a part when longer": [
        Worked(
            "domain/operation/messages/test_model.py",
            "test_parts_are_counted_as_they_are_paid",
            ("* 70, 1", "* 71, 2", "* 134, 2"),
        ),
    ],
    # 5, tickets
    "5 concessions: 6 and 1.2 m free, to 18 and students half": [
        Worked(
            f"{COMMERCE}/catalog/test_concessions.py",
            "test_the_national_rule",
            ("born(6)", "born(18)", "height_cm=120", "height_cm=121"),
        ),
    ],
    "5 concessions: 60 to 70 half, 70 free": [
        Worked(
            f"{COMMERCE}/catalog/test_concessions.py",
            "test_seniors_pay_by_local_policy",
            ("59", "60", "69", "70"),
        ),
    ],
    "5 concessions: the best single one, none stacks": [
        Worked(
            f"{COMMERCE}/catalog/test_concessions.py",
            "test_the_best_single_concession_applies_and_none_stacks",
        ),
    ],
    "5 groups: 50 people, 3 free, 47 x 80 = 3,760": [
        Worked(
            f"{COMMERCE}/catalog/test_prices.py",
            "test_one_place_is_free_per_full_sixteen",
            ("Group(50, 3, 376_000)",),
        ),
        Worked(
            f"{ADMISSION}/groups/test_reckoning.py",
            "test_fifty_heads_have_three_free_places",
            ("376_000",),
        ),
        Worked(
            f"{ADMISSION}/groups/test_groups.py",
            "test_a_booking_keeps_the_places_until_it_is_paid",
            ("376_000",),
        ),
    ],
    "5 groups: below 10 priced anew only if the contract says so": [
        Worked(
            f"{ADMISSION}/groups/test_reckoning.py",
            "test_too_few_are_priced_again_only_when_the_contract_says_so",
        ),
    ],
    "5 refunds: 100, 90, 80, 0 per cent by the slot's start": [
        Worked(
            f"{COMMERCE}/catalog/test_refund_policy.py",
            "test_the_standard_policy",
            ("10_000", "9_000", "8_000"),
        ),
    ],
    "5 refunds: fees round half-up per ticket": [
        Worked(
            f"{COMMERCE}/catalog/test_refund_policy.py",
            "test_the_fee_rounds_half_up_per_ticket",
            ("(5, 9_000, 1)",),
        ),
    ],
    "5 changes: once, before the slot starts": [
        Worked(f"{COMMERCE}/changes/test_changes.py", "test_a_ticket_moves_to_another_day_once"),
        Worked(
            f"{COMMERCE}/changes/test_changes.py",
            "test_a_used_or_started_ticket_is_not_changed",
        ),
    ],
    "5 reprints: two, the third needs a supervisor": [
        Worked(
            f"{ADMISSION}/tickets/test_tickets.py",
            "test_the_third_reprint_needs_a_supervisor",
        ),
    ],
    "5 gates: a scan without a turn is free after its time": [
        Worked(
            f"{ADMISSION}/redemptions/test_passing.py",
            "test_a_walk_away_frees_the_ticket_after_its_deadline",
        ),
    ],
    "5 gates: a member card rests ten minutes": [
        Worked(
            f"{CARDS}/test_gates.py",
            "test_a_term_card_comes_in_and_rests_ten_minutes",
            ("9 * MINUTE", "10 * MINUTE"),
        ),
    ],
    # 5, capacity
    "5 capacity: 1,700 at once, 5,100 a day, 9,600 by the cable car": [
        Worked(
            f"{COMMERCE}/capacity/test_formulas.py",
            "test_the_worked_example",
            ("Capacity(1_700, 5_100)", "Capacity(480, 9_600)"),
        ),
    ],
    "5 capacity: yellow at 80, orange at 90, red at 100": [
        Worked(
            f"{ADMISSION}/occupancy/test_occupancy.py",
            "test_the_fuller_of_day_and_moment_counts",
            ("1_359", "1_360", "4_590", "5_100"),
        ),
    ],
    "5 capacity: inside is entries less exits, never below 0": [
        Worked(
            f"{ADMISSION}/occupancy/test_occupancy.py",
            "test_inside_is_entries_less_exits_and_never_below_nobody",
        ),
    ],
    # 5, cards, stock, shifts
    "5 cards: renewed early from the old end, late from today": [
        Worked(f"{CARDS}/test_buying.py", "test_renewing_early_begins_where_the_old_term_ends"),
        Worked(f"{CARDS}/test_buying.py", "test_renewing_late_begins_today_and_wakes_the_card"),
    ],
    "5 cards: reminders 30, 7 and 1 days before": [
        Worked(
            f"{CARDS}/test_keeping.py",
            "test_reminders_are_sent_once_each_and_then_it_ends",
            ("[30, 7, 1, 0]",),
        ),
    ],
    "5 cards: a replacement costs 20 and moves all in one entry": [
        Worked(f"{CARDS}/test_replacing.py", "test_everything_moves_in_one_entry", ("2_000",)),
    ],
    "5 cards: gates know a loss at once, offline by the list": [
        Worked(f"{CARDS}/test_gates.py", "test_a_loss_is_known_at_once_and_so_is_the_return"),
        Worked(
            "devicehub/test_lists.py",
            "test_a_gate_knows_a_loss_within_five_seconds_and_refuses_offline",
        ),
    ],
    "5 stock: 430 sold + 5 void + 65 returned = 500": [
        Worked(
            f"{COMMERCE}/stock/test_shift.py",
            "test_five_hundred_are_430_sold_5_void_and_65_returned",
            ("(430, 5, 65)", "(0, 500)"),
        ),
        Worked("domain/reports/test_holdings.py", "test_stock_comes_out_at_every_holder"),
    ],
    "5 stock: a difference blocks the shift": [
        Worked(
            f"{COMMERCE}/stock/test_shift.py",
            "test_one_missing_blank_keeps_the_shift_open_until_it_is_explained",
        ),
    ],
    "5 shift: 500 + 12,340 - 260 - 8,000 = 4,580; counted 4,570 is 10 short": [
        Worked(
            f"{COMMERCE}/shifts/test_closing.py",
            "test_the_worked_example_is_ten_short",
            ("458_000", "457_000", "-1_000"),
        ),
        Worked(f"{COMMERCE}/shifts/test_closing.py", "worked_example", ("1_234_000", "26_000")),
    ],
    "5 shift: above 50 a supervisor": [
        Worked(
            f"{COMMERCE}/shifts/test_closing.py",
            "test_a_large_difference_waits_for_a_supervisor",
        ),
    ],
    # 6, what cards hold
    "6.1 split: 12,300 at 5,000, bonus 1,230": [
        Worked(LOTS, "test_an_amount_is_split_over_cards_of_a_limit", ("2_300", "230")),
    ],
    "6.1 split: 41 x 300 at 5,000 is 16, 16, 9": [
        Worked(LOTS, "test_count_cards_are_split_on_whole_uses", ("[16, 16, 9]",)),
    ],
    "6.1 split: no empty card, nothing below 0": [
        Worked(LOTS, "test_an_exact_multiple_gives_no_empty_card"),
        Worked(LOTS, "test_nothing_cannot_be_split"),
    ],
    "6.4 K1: 3,000 + 1,000, 1,600 spent: 1,800 or 1,400; 3,500 spent: 375 or 0": [
        Worked(LOTS, "test_k1_stored_value", ("1_800", "1_400", "375")),
        Worked(f"{CARDS}/test_returning.py", "test_each_lot_is_worth_its_own"),
    ],
    "6.4 K2: 2,000 at 0.8, 1,500 of value: 800 or 500": [
        Worked(LOTS, "test_k2_discounted", ("800", "500")),
    ],
    "6.4 K3: 365, 100 of 365 days gone: 265": [
        Worked(LOTS, "test_k3_and_k5_by_the_day", ("265",)),
        Worked(f"{CARDS}/test_returning.py", "test_a_term_by_the_day", ("26_500",)),
    ],
    "6.4 K4: 1,000 for 10, 4 used: 600 or 480; of 12: 666.67": [
        Worked(LOTS, "test_k4_uses", ("600", "480", "66_667")),
        Worked(f"{CARDS}/test_returning.py", "test_uses_by_right_and_by_wish", ("60_000",)),
    ],
    "6.4 K5: 1,200, 265 of 365 left: 871.23": [
        Worked(LOTS, "test_k3_and_k5_by_the_day", ("87_123",)),
    ],
    "6.4 (a) adds up, (b) is computed by the lot: 6,845.45 and 6,300, not 6,800": [
        Worked(
            LOTS,
            "test_by_wish_is_worth_more_computed_for_the_whole_lot_than_for_its_cards",
            ("684_545", "454_545", "6_300", "6_800"),
        ),
    ],
}


@cache
def functions_of(file: str) -> dict[str, str]:
    """The source of each function of a file, its decorators with it."""
    text = (HERE / file).read_text()
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_worked_example_has_its_test(example: str) -> None:
    for worked in EXAMPLES[example]:
        functions = functions_of(worked.file)
        assert worked.test in functions, f"{worked.file} has no {worked.test} any more"
        missing = [one for one in worked.figures if one not in functions[worked.test]]
        assert not missing, f"{worked.test} does not name {missing} any more"
