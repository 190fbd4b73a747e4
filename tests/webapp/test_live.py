"""Streams: what changed is sent, and they end when they should."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.errors import NotFound, Unavailable
from domain.operation.jobs.model import JobStatus
from webapp import live, progress
from webapp.app import create_app
from webapp.live import Part, Shared
from webapp.permissions import page
from webapp.progress import Progress
from webapp.routes import ROUTES
from webapp.settings import Settings

ANSWERS = iter(["one", "one", "two"])
STEPS = iter(
    [
        Progress(JobStatus.RUNNING, 10, 100),
        Progress(JobStatus.RUNNING, 55, 100),
        Progress(JobStatus.DONE, 100, 100, result_url="/files/1"),
    ]
)


async def figures(request: Request) -> Response:
    async def count() -> str:
        return next(ANSWERS, "two")

    async def broken() -> str:
        raise Unavailable()

    return live.stream(request, {"count": Part(count, 0.05), "broken": Part(broken, 0.05)})


async def import_progress(request: Request) -> Response:
    async def state() -> Progress:
        return next(STEPS)

    return await progress.follow(request, state)


async def lost_progress(request: Request) -> Response:
    async def state() -> Progress:
        raise NotFound()

    return await progress.follow(request, state)


@pytest.fixture
def app(settings: Settings) -> Starlette:
    more = [
        page("/figures", figures, name="figures", public=True),
        page("/progress", import_progress, name="progress", public=True),
        page("/lost", lost_progress, name="lost", public=True),
    ]
    return create_app(settings, routes=[*ROUTES, *more])


async def read_stream(app: Starlette, path: str, enough: Callable[[str], bool]) -> tuple[str, int]:
    """What a browser gets until it has `enough` and hangs up. The in-process client of the other
    tests waits for the end of an answer, which a stream has not."""
    got, status, hung_up = "", 0, asyncio.Event()

    async def receive() -> dict[str, object]:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        nonlocal got, status
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))
        body = message.get("body", b"")
        assert isinstance(body, bytes)
        got += body.decode()
        if enough(got):
            hung_up.set()

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"park.test")],
        "client": ("127.0.0.1", 1),
        "server": ("park.test", 80),
        "scheme": "http",
    }
    call: Callable[..., Awaitable[None]] = app
    async with asyncio.timeout(10):
        await call(scope, receive, send)
    return got, status


async def test_a_part_is_sent_when_it_has_changed(app: Starlette) -> None:
    async with app.router.lifespan_context(app):
        await settle(app)
        got, status = await read_stream(app, "/figures", lambda text: "two" in text)

    assert status == 200
    assert got.count("data: one") == 1
    assert "event: count" in got
    assert "broken" not in got


async def test_progress_ends_with_the_job(app: Starlette) -> None:
    async with app.router.lifespan_context(app):
        await settle(app)
        got, _ = await read_stream(app, "/progress", lambda text: False)

    assert 'value="55"' in got
    assert "/files/1" in got
    assert got.rstrip().endswith("event: end\ndata:") or "event: end" in got


async def test_following_what_does_not_exist_is_a_plain_404(app: Starlette) -> None:
    async with app.router.lifespan_context(app):
        await settle(app)
        _, status = await read_stream(app, "/lost", lambda text: "</html>" in text)

    assert status == 404


async def test_one_question_serves_all_who_watch() -> None:
    shared, asked = Shared(10), 0

    async def question() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return "42"

    assert await asyncio.gather(*(shared.get("a", question) for _ in range(20))) == ["42"] * 20
    await shared.get("b", question)
    assert asked == 2


async def test_an_answer_may_be_good_for_another_time_than_the_rest() -> None:
    shared, asked = Shared(10), 0

    async def question() -> int:
        nonlocal asked
        asked += 1
        return asked

    assert [await shared.get("now", question, 0) for _ in range(3)] == [1, 2, 3]
    assert [await shared.get("kept", question) for _ in range(3)] == [4, 4, 4]


async def test_old_answers_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_SHARED", 3)
    shared = Shared(10)

    async def question() -> str:
        return "42"

    for number in range(10):
        await shared.get(number, question)

    assert len(shared._answers) <= 3


async def settle(app: Starlette) -> None:
    from tests.webapp.people import add_person

    await add_person(app.state.db)
