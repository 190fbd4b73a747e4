"""Recomputing orders: places, payments and revenue are what the orders say."""

from domain.commerce.orders import store
from domain.kernel.db import Tx
from domain.kernel.money import to_text
from domain.operation.verification import MOST_FINDINGS, Finding, register


async def check_places(tx: Tx) -> list[Finding]:
    """Every counter of places is what the order lines keep."""
    slots = await tx.rows(store.WRONG_SLOTS, most=MOST_FINDINGS)
    days = await tx.rows(store.WRONG_DAYS, most=MOST_FINDINGS)
    return [
        *(
            Finding("places", f"slot {row.id}", f"{row.taken} taken, orders keep {row.kept}")
            for row in slots
        ),
        *(
            Finding(
                "places",
                f"area {row.area_id}, {row.visit_on}",
                f"{row.taken} taken, orders keep {row.kept}",
            )
            for row in days
        ),
    ]


async def check_money(tx: Tx) -> list[Finding]:
    """What was paid, refunded and posted for every order is what it says."""
    return [
        Finding(
            "orders",
            f"order {row.number}",
            f"is {row.status}: total {to_text(row.total_minor)}, captured {to_text(row.captured)},"
            f" posted {to_text(-row.sold)}; refunded {to_text(row.refunded_minor)},"
            f" paid out {to_text(row.refunded)}",
        )
        for row in await tx.rows(store.WRONG_ORDERS, most=MOST_FINDINGS)
    ]


register("places", check_places)
register("orders", check_money)
