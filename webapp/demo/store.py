"""Statements of the demo's own: an order to copy, and rows written as they are."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.tickets.tables import media, tickets
from domain.commerce.ledger.tables import ledger_entries, ledger_postings
from domain.commerce.orders.tables import order_lines, orders
from domain.commerce.payments.tables import payments, payouts
from domain.commerce.promotions.tables import promotion_uses
from domain.kernel.columns import UtcDateTime

# a web order of two adults at full price, as the demo's own days have many
PATTERN = (
    sa.select(orders)
    .where(orders.c.channel == "shop", orders.c.tickets == 2, orders.c.status == "paid")
    .where(~sa.exists().where(promotion_uses.c.order_id == orders.c.id))
    .order_by(orders.c.placed_at)
    .limit(1)
)
LINES = sa.select(order_lines).where(order_lines.c.order_id == b("order_id"))
TICKETS = sa.select(tickets).where(tickets.c.order_id == b("order_id"))
MEDIA = sa.select(media).where(media.c.ticket_id == b("ticket_id"))
PAYMENTS = sa.select(payments).where(payments.c.order_id == b("order_id"))
CHARGES = sa.select(payments.c.id, payments.c.amount_minor, payments.c.reference).where(
    payments.c.tender == "scan",
    payments.c.paid_at >= b("start", type_=UtcDateTime),
    payments.c.paid_at < b("end", type_=UtcDateTime),
)
REFUNDS = sa.select(payouts.c.number, payouts.c.amount_minor).where(
    payouts.c.tender == "scan",
    payouts.c.paid_out_at >= b("start", type_=UtcDateTime),
    payouts.c.paid_out_at < b("end", type_=UtcDateTime),
)
LAST_COPY = sa.select(sa.func.count().label("n")).where(orders.c.number.like("B%"))


def every_column(table: sa.Table, *, but: str = "") -> sa.Insert:
    return table.insert().values({c.name: b(c.name) for c in table.c if c.name != but})


ADD_ORDER = every_column(orders)
ADD_LINE = every_column(order_lines)
ADD_TICKET = every_column(tickets)
ADD_MEDIUM = every_column(media)
ADD_PAYMENT = every_column(payments)
ADD_ENTRY = every_column(ledger_entries)
ADD_POSTING = every_column(ledger_postings, but="seq")
