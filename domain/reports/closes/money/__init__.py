"""The money of a day against its sales: order by order, drawer by drawer."""

from domain.reports.closes.money.drawers import Drawers, read_drawers
from domain.reports.closes.money.sales import Money, read_money

__all__ = ["Drawers", "Money", "read_drawers", "read_money"]
