"""What the browser, htmx and machines are told when something cannot be done."""

from collections.abc import Iterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.errors import Conflict, DomainError, InvalidInput, Refused, Unavailable, say
from domain.kernel.refusals import Refusal
from webapp import errors
from webapp.app import create_app
from webapp.permissions import page
from webapp.routes import ROUTES
from webapp.settings import Settings

LIMIT = 10_000
HTMX = {"HX-Request": "true"}
RAISED: dict[str, Exception] = {
    "input": InvalidInput({"name": say("Please fill this in.")}),
    "refused": Refused(Refusal.USED_UP),
    "conflict": Conflict(),
    "unavailable": Unavailable(),
    "bug": RuntimeError("the secret is 13800138000"),
}


async def fail(request: Request) -> Response:
    raise RAISED[request.path_params["kind"]]


@pytest.fixture
def app(settings: Settings) -> Starlette:
    failing = [
        page("/fail/{kind}", fail, name="fail", public=True),
        page("/api/fail/{kind}", fail, name="api.fail", public=True),
    ]
    limited = settings.model_copy(update={"max_body_bytes": LIMIT})
    return create_app(limited, routes=[*ROUTES, *failing])


def kinds(root: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_domain_error_has_a_status_and_a_title() -> None:
    for kind in kinds(DomainError):
        found = [errors.STATUS[base] for base in kind.__mro__ if base in errors.STATUS]
        assert found, f"{kind.__name__} has no HTTP status"
        assert found[0] in errors.TITLES


async def test_an_unknown_address_is_a_page_with_the_request_id(client: httpx2.AsyncClient) -> None:
    response = await client.get("/nowhere")

    assert response.status_code == 404
    assert response.text.startswith("<!doctype html>")
    assert "没有这一页" in response.text
    assert response.headers["X-Request-Id"] in response.text


async def test_htmx_gets_a_notice_for_the_edge_of_its_page(client: httpx2.AsyncClient) -> None:
    response = await client.get("/fail/conflict", headers=HTMX)

    assert response.status_code == 409
    assert response.text.strip().startswith('<div id="notice"')
    assert response.headers["HX-Retarget"] == "#notices"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("input", 422, "VALIDATION"),
        ("refused", 422, "USED_UP"),
        ("conflict", 409, "STATE_CONFLICT"),
        ("unavailable", 503, "UNAVAILABLE"),
        ("bug", 500, "INTERNAL"),
    ],
)
async def test_a_machine_gets_problem_details(
    client: httpx2.AsyncClient, kind: str, status: int, code: str
) -> None:
    response = await client.get(f"/api/fail/{kind}")

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["message_zh"] != problem["message_en"]
    assert problem["request_id"] == response.headers["X-Request-Id"]


async def test_problem_details_name_the_fields(client: httpx2.AsyncClient) -> None:
    problem = (await client.get("/api/fail/input")).json()

    assert problem["field"] == "name"
    assert problem["fields"]["name"]["message_zh"] == "请填写。"


async def test_only_what_may_be_retried_says_so(client: httpx2.AsyncClient) -> None:
    unavailable = await client.get("/api/fail/unavailable")
    conflict = await client.get("/api/fail/conflict")

    assert unavailable.json()["retryable"] is True
    assert unavailable.headers["Retry-After"] == "1"
    assert conflict.json()["retryable"] is False


async def test_our_own_bug_tells_nothing_of_the_inside(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.get("/fail/bug")

    assert response.status_code == 500
    assert "RuntimeError" not in response.text
    assert "13800138000" not in response.text


async def test_a_wrong_method_is_said_in_words(client: httpx2.AsyncClient) -> None:
    response = await client.delete("/sign-in", headers={"Sec-Fetch-Site": "same-origin"})

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


async def test_too_large_a_body_is_refused(client: httpx2.AsyncClient) -> None:
    response = await client.post("/sign-in", content=b"x" * (LIMIT + 1))

    assert response.status_code == 413
