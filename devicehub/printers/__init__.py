"""Printers on the network: bytes to port 9100 and what the printer says about them; and a printer
that is played, for tests and trials."""

from devicehub.printers.delivery import Delivery, Outcome, Trouble, deliver, trouble_of

__all__ = ["Delivery", "Outcome", "Trouble", "deliver", "trouble_of"]
