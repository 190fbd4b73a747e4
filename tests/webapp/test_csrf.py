"""Only our own pages may make a browser change something."""

import httpx2
import pytest


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://park.test:8080"},
    ],
)
async def test_another_site_is_refused(client: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    response = await client.post("/preferences", data={"locale": "en"}, headers=headers)

    assert response.status_code == 403
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://park.test"},
        {},
    ],
)
async def test_our_own_pages_and_programs_pass(
    client: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.post("/preferences", data={"locale": "en"}, headers=headers)

    assert response.status_code == 303
    assert "shanmen_locale=en" in response.headers["Set-Cookie"]


async def test_reading_is_free_to_all(client: httpx2.AsyncClient) -> None:
    response = await client.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 200
