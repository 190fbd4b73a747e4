"""Ticket lines become plain tickets in the commerce tests."""

from collections.abc import Iterator

import pytest

from domain.commerce.orders import lines
from domain.commerce.orders.model import LineKind
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from tests.domain.commerce.factories import World, add_world
from tests.domain.commerce.fulfilment import PlainTickets


@pytest.fixture(autouse=True)
def plain_tickets(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlainTickets]:
    tickets = PlainTickets()
    monkeypatch.setitem(lines._fulfilments, LineKind.TICKET, tickets)
    yield tickets


@pytest.fixture
def vault() -> Vault:
    return Vault({1: b"k" * 32})


@pytest.fixture
async def world(db: Database) -> World:
    return await add_world(db)
