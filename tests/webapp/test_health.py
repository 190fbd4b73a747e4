"""Up, ready, and counted."""

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from webapp.app import create_app
from webapp.health import Report
from webapp.settings import Settings


async def test_a_process_that_answers_is_up(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/healthz")).text == "ok\n"


async def test_a_fresh_start_is_ready(client: httpx2.AsyncClient) -> None:
    response = await client.get("/readyz")

    assert response.status_code == 200
    assert {"database", "migrations", "disk"} <= set(response.json()["checks"])


async def test_one_part_that_says_no_is_named(app: Starlette, client: httpx2.AsyncClient) -> None:
    async def broker() -> Report:
        return Report(False, "not connected")

    async def broken() -> Report:
        raise OSError("gone")

    app.state.checks |= {"broker": broker, "disk": broken}

    response = await client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["reasons"] == ["disk: OSError", "broker: not connected"]


async def test_a_full_disk_is_not_ready(app: Starlette, client: httpx2.AsyncClient) -> None:
    from webapp import health

    full = app.state.settings.model_copy(update={"low_disk_bytes": 10**18})
    app.state.checks["disk"] = health.disk(full)

    assert (await client.get("/readyz")).status_code == 503


async def test_figures_are_counted_by_route(client: httpx2.AsyncClient) -> None:
    await client.get("/sign-in")
    await client.get("/nowhere/at/all")

    text = (await client.get("/metrics")).text

    assert 'shanmen_http_requests_total{method="GET",route="/sign-in",status="200"} 1.0' in text
    assert 'route="other",status="404"' in text
    assert "/nowhere" not in text


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "9.9.9.9"}, {"Forwarded": "for=9.9.9.9"}])
async def test_figures_are_not_for_strangers(
    client: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.get("/metrics", headers=headers)).status_code == 403


async def test_a_token_opens_the_figures_from_anywhere(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"metrics_token": SecretStr("t0ken")}))
    transport = httpx2.ASGITransport(app, client=("9.9.9.9", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://park.test") as client:
        assert (await client.get("/metrics")).status_code == 403
        wrong = {"Authorization": "Bearer other"}
        assert (await client.get("/metrics", headers=wrong)).status_code == 403
        right = {"Authorization": "Bearer t0ken"}
        assert (await client.get("/metrics", headers=right)).status_code == 200
