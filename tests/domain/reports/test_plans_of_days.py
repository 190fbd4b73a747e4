"""A day's close, a day's bill and a gate's answer read that day and that person, however long an
area has been selling: SQLite says how it would look each of them up."""

from types import ModuleType
from typing import Any

import pytest

from domain.admission.ota import store as ota
from domain.admission.redemptions import store as redemptions
from domain.cards.memberships import store as memberships
from domain.commerce.reconciliation import store as reconciliation
from domain.commerce.refunds import store as refunds
from domain.reports.closes.admissions import store as admissions
from domain.reports.closes.bills import store as bills
from domain.reports.closes.money import store as money
from domain.reports.days import store as days
from domain.reports.happenings import store as happenings
from domain.reports.otas import store as otas
from tests.plans import astray

OF_A_DAY = [
    (money, "PAYMENTS USED_TODAY PAYOUTS SOLD CHANGED RETURNED DECIDED_TODAY LEDGER_PAYMENTS"),
    (money, "LEDGER_PAYOUTS SHIFTS CASH_IN CASH_OUT CASH_MOVED DRAWERS"),
    (admissions, "USES HEADS LINES_WITHOUT_TICKETS WITHOUT_ORDER INCIDENTS PASSED_AFTER"),
    (admissions, "WRONG_USES USED_UNSEEN"),
    (bills, "TAKEN CHARGED REFUNDED WAITING"),
    (reconciliation, "CHARGES CHARGE REFUNDS REFUND ON_ANY_BILL"),
    (redemptions, "SEEN_BY_DOCUMENT"),
    (memberships, "SEEN_BY_CODE SEEN_BY_ID SEEN_BY_DOCUMENT"),
]
LATER = [
    (days, "RETURNED RETURNED_LATER SOLD"),
    (happenings, "REFUNDS REFUNDS_LATER CHANGES"),
    (otas, "RETURNED RETURNED_LATER USED"),
    (ota, "DECIDED USED_UNTOLD"),
]
STATEMENTS = [(module, name) for module, names in [*OF_A_DAY, *LATER] for name in names.split()]


@pytest.mark.parametrize(("module", "name"), STATEMENTS, ids=lambda one: str(one).split(".")[-1])
def test_nothing_is_read_from_the_beginning(sqlite_url: str, module: ModuleType, name: str) -> None:
    found: Any = getattr(module, name)
    for statement in found if isinstance(found, tuple) else (found,):
        assert astray(sqlite_url, statement) == []


@pytest.mark.parametrize("page", ["first", "after", "before"])
def test_the_list_of_refunds_is_read_in_its_order(sqlite_url: str, page: str) -> None:
    assert astray(sqlite_url, getattr(refunds.LIST, page)) == []
