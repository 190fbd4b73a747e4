"""The way to printers, as those who print need it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from devicehub.printers.delivery import deliver, trouble_of
from domain.operation.printers import Delivery, PrinterTrouble

Address = tuple[str, int]


class PrinterWire:
    """Reaches a printer's row at its host and port. Some hosts stand for another address: those
    of printers that are played."""

    def __init__(self, played: Mapping[str, Address] | None = None) -> None:
        self._played = played or {}

    async def deliver(
        self, printer: Any, page: bytes, begin: Callable[[], Awaitable[bool]], confirms: bool
    ) -> Delivery:
        host, port = self._address(printer)
        return await deliver(
            host, port, page, begin=begin, confirms=confirms, language=printer.language
        )

    async def trouble_of(self, printer: Any) -> PrinterTrouble | None:
        host, port = self._address(printer)
        return await trouble_of(host, port, confirms=printer.confirms, language=printer.language)

    def _address(self, printer: Any) -> Address:
        return self._played.get(printer.host, (printer.host, printer.port))
