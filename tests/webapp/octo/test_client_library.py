"""A client library that we did not write drives us over HTTP, as it stands on PyPI."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn
from octo_client import OctoClient
from octo_client.const import BookingStatus, Refund
from octo_client.exceptions import InvalidRequest
from octo_client.models import Booking, ConfirmationUnitItem, Product, UnitItem, UnitQuantity

from domain.operation import verification
from tests.webapp.octo.resellers import PAID_IN, Reseller, add_reseller
from webapp.app import create_app
from webapp.settings import Settings

NET = 8_820


@pytest.fixture
async def served(tmp_path: Path, sqlite_url: str) -> AsyncIterator[tuple[str, Reseller, Any]]:
    """A running server: where its OCTO is, an agent of it, its database."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(Settings(data_dir=tmp_path, database_url=sqlite_url, base_url=url))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            assert not serving.done(), "the server did not start"
            await asyncio.sleep(0.02)
        yield f"{url}/octo", await add_reseller(app.state.db), app.state.db
        server.should_exit = True
        await serving


async def run(work: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The library waits for its answers; the server is in this loop."""
    return await asyncio.to_thread(work, *args, **options)


class Shop(NamedTuple):
    """The library, connected, and what it found to book."""

    client: OctoClient
    supplier_id: str
    product: Product
    unit_id: str
    availability_id: str


async def looked_around(url: str, reseller: Reseller) -> Shop:
    client = OctoClient(url, reseller.key)
    (supplier,) = await run(client.get_suppliers)
    assert (await run(client.get_supplier, supplier.id)).name == supplier.name
    products = await run(client.get_products, supplier.id)
    product = next(one for one in products if one.id == reseller.world.product_id)
    assert (await run(client.get_product, supplier.id, product.id)) == product
    option = product.options[0]
    party = [UnitQuantity(reseller.world.adult_id, 3)]
    asked = (supplier.id, product.id, option.id)
    days = await run(client.get_calendar, *asked, reseller.day, reseller.day, party)
    assert days[0].available
    (slot,) = await run(client.availability_check, *asked, party, local_date=reseller.day)
    assert slot.available
    return Shop(client, supplier.id, product, reseller.world.adult_id, slot.id)


async def held_and_paid(shop: Shop) -> Booking:
    """Three, held for a while longer, then confirmed."""
    client, supplier_id = shop.client, shop.supplier_id
    items = [UnitItem(shop.unit_id) for _ in range(3)]
    option_id = shop.product.options[0].id
    held = await run(
        client.booking_reservation,
        supplier_id, "lib-1", shop.product.id, option_id, shop.availability_id, items,
    )  # fmt: skip
    assert held.status is BookingStatus.ON_HOLD
    longer = await run(client.extend_reservation, supplier_id, "lib-1", 45)
    assert longer.utcExpiresAt > held.utcExpiresAt
    made: Booking = await run(
        client.booking_confirmation,
        supplier_id,
        "lib-1",
        reseller_reference="LIB",
        contact_full_name="Han Meimei",
        contact_phone_number="13800138000",
        unit_items=repeated(held),
    )
    return made


def repeated(found: Booking) -> list[ConfirmationUnitItem]:
    return [ConfirmationUnitItem(one.unitId, one.uuid) for one in found.unitItems]


async def test_the_library_books_confirms_and_cancels(
    served: tuple[str, Reseller, Any],
) -> None:
    url, reseller, db = served
    shop = await looked_around(url, reseller)
    client, supplier_id = shop.client, shop.supplier_id

    paid = await held_and_paid(shop)
    assert paid.status is BookingStatus.CONFIRMED
    assert await reseller.balance(db) == PAID_IN - 3 * NET
    formats = {one.ticket.deliveryOptions[0].deliveryFormat.value for one in paid.unitItems}
    assert formats == {"QRCODE"}

    fewer = await run(client.booking_update, supplier_id, "lib-1", unit_items=repeated(paid)[:2])
    assert len(fewer.unitItems) == 2
    assert await reseller.balance(db) == PAID_IN - 2 * NET
    (found,) = await run(client.list_bookings, supplier_id, reseller_reference="LIB")
    assert found.id == paid.id
    gone = await run(client.booking_cancellation, supplier_id, "lib-1", "ill")
    assert (gone.status, gone.cancellation.refund) == (BookingStatus.CANCELLED, Refund.FULL)
    assert await reseller.balance(db) == PAID_IN
    with pytest.raises(InvalidRequest):
        await run(client.get_booking, supplier_id, "nobody")
    for check in ("ledger", "orders", "payments", "refunds", "agents"):
        assert await db.ask(verification.run, check) == [], check
