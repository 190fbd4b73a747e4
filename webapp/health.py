"""Is the process up, and is it of use? Whoever runs a part adds its check in `app.state.checks`."""

import shutil
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from webapp.settings import Settings

log = structlog.get_logger(__name__)


class Report(NamedTuple):
    """One part's state, in a word and a line an operator can act on."""

    ok: bool
    detail: str = ""


Check = Callable[[], Awaitable[Report]]


async def up(request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """Every part's report; 503 while one of them says no."""
    checks: dict[str, Check] = request.app.state.checks
    reports = {name: await _asked(name, check) for name, check in checks.items()}
    well = all(report.ok for report in reports.values())
    body = {
        "ready": well,
        "checks": {name: report._asdict() for name, report in reports.items()},
        "reasons": [
            f"{name}: {report.detail}" for name, report in reports.items() if not report.ok
        ],
    }
    return JSONResponse(body, 200 if well else 503)


async def _asked(name: str, check: Check) -> Report:
    """A check that breaks is a no, not a broken page."""
    try:
        return await check()
    except Exception as error:  # whatever a part's check runs into means: not ready
        log.warning("check.failed", check=name, error=repr(error))
        return Report(False, type(error).__name__)


def disk(settings: Settings) -> Check:
    """Is there room for tomorrow's sales?"""

    async def check() -> Report:
        free = shutil.disk_usage(settings.data_dir).free
        return Report(free >= settings.low_disk_bytes, f"{free // 1_000_000} MB free")

    return check
