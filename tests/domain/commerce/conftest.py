"""Ticket lines become plain tickets in the commerce tests."""

from collections.abc import Iterator

import pytest

from domain.commerce.orders import lines
from domain.commerce.orders.model import LineKind
from tests.domain.commerce.fulfilment import PlainTickets


@pytest.fixture(autouse=True)
def plain_tickets(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlainTickets]:
    tickets = PlainTickets()
    monkeypatch.setitem(lines._fulfilments, LineKind.TICKET, tickets)
    yield tickets
