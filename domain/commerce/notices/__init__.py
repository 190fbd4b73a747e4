"""Telling buyers what happened to their orders. Importing it has paid, refunded and changed orders
told, to the phone that was left with them."""

from domain.commerce.notices.telling import DELIVERED, ORDER_NOTICE, carriers, deliver

__all__ = ["DELIVERED", "ORDER_NOTICE", "carriers", "deliver"]
