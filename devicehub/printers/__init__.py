"""Printers on the network: bytes to port 9100 and what the printer says about them; and a printer
that is played, for tests and trials."""

from devicehub.printers.delivery import deliver, trouble_of
from devicehub.printers.reading import read_back
from domain.operation.printers import Delivery
from domain.operation.printers import PrinterTrouble as Trouble
from domain.operation.printers import PrintOutcome as Outcome

__all__ = ["Delivery", "Outcome", "Trouble", "deliver", "read_back", "trouble_of"]
