"""The sample in the editor is the print itself, says that it is one, and opens no gate."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import redemptions
from domain.admission.redemptions import CodeReader, Decision, Scan
from domain.kernel import clock
from domain.operation.staff import Role
from tests.domain.admission.world import built
from tests.domain.commerce.factories import add_world
from tests.webapp.people import sign_in_as
from tests.webapp.printing.reading import read
from webapp import sample_tickets


@pytest.mark.parametrize(("paper", "wide"), [("80mm", 80), ("a4", 210)])
async def test_a_sample_shows_what_will_be_printed(
    app: Starlette, client: httpx2.AsyncClient, paper: str, wide: int
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    address = f"/office/ticket-types/{world.adult_id}/sample.pdf?paper={paper}"

    answer = await client.get(address)

    assert answer.headers["content-type"] == "application/pdf"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    printed = read(answer.content)
    assert printed.sizes_mm[0][0] == wide
    assert "样票" in printed.texts[0]
    assert "ADULT" in printed.texts[0]
    assert printed.codes(dpi=300) == [sample_tickets.NO_CODE]
    assert (
        "sample.pdf?paper=80mm" in (await client.get(f"/office/ticket-types/{world.adult_id}")).text
    )


async def test_an_unknown_paper_or_type_is_not_found(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)

    for path in (f"{world.adult_id}/sample.pdf?paper=b5", f"{world.area_id}/sample.pdf"):
        assert (await client.get(f"/office/ticket-types/{path}")).status_code == 404


async def test_no_gate_takes_a_sample(app: Starlette, client: httpx2.AsyncClient) -> None:
    now = clock.utc_now()
    async with built(app.state.db) as world:
        gate_id = await world.add_gate()
        scan = Scan("s1", gate_id, None, sample_tickets.NO_CODE)
        presented = await CodeReader(app.state.db, app.state.vault).read(scan, now)
        answer = await app.state.db.act(redemptions.authorise, presented, now)

    assert answer.decision is Decision.DENY
