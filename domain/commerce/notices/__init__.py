"""Telling buyers what happened to their orders. Importing it has paid, refunded and changed orders
told, to the phone that was left with them."""

from domain.commerce.notices.telling import ORDER_NOTICE, carriers

__all__ = ["ORDER_NOTICE", "carriers"]
