"""What the browser, htmx or a machine is told when a request could not be carried out.

The domain knows codes and sentences; the HTTP numbers are here. A browser gets a page, htmx gets a
notice for the page's edge, a machine gets problem details (RFC 9457).
"""

from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.kernel import clock
from domain.kernel.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidInput,
    Message,
    NotFound,
    Refused,
    TooOften,
    Unavailable,
    say,
)
from domain.operation.outbox import CarryFailed
from webapp import htmx, i18n
from webapp.octo import problems

log = structlog.get_logger(__name__)

MACHINES = ("/api/", "/octo", "/hooks/")
PROBLEM = "application/problem+json"


class Unauthorized(DomainError):
    """A machine did not say who it is, or not rightly. People are sent to the sign-in page."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__(say("Please sign in first."))


class Unreadable(DomainError):
    """A machine sent something else than the JSON that is expected."""

    code = "BAD_REQUEST"

    def __init__(self, problem: str) -> None:
        super().__init__(say("This is not the JSON that is expected: {problem}.", problem=problem))


STATUS: dict[type[DomainError], int] = {
    Unreadable: 400,
    problems.BadRequest: 400,
    problems.Unprocessable: 422,
    InvalidInput: 422,
    Refused: 422,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooOften: 429,
    Unavailable: 503,
    CarryFailed: 502,
}
TITLES = {
    400: say("The request cannot be read"),
    401: say("Not signed in"),
    403: say("You may not see this"),
    404: say("There is no such page"),
    405: say("This page cannot be used that way"),
    409: say("Something changed meanwhile"),
    413: say("Too much was sent"),
    422: say("This was not accepted"),
    429: say("Too often"),
    500: say("Something went wrong here"),
    502: say("The other side did not accept it"),
    503: say("Not available just now"),
}
SENTENCES = {
    400: say("The request could not be understood. Please go back and try again."),
    404: say("The address does not exist, or it is not in an area that you may see."),
    405: say("Please go back and use the buttons of the page."),
    413: say("The form or file is larger than allowed."),
    500: say("It is our mistake; nothing was changed. Tell us the number below if it stays."),
}
CODES = {400: "BAD_REQUEST", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE"}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as it is told: the same facts for page, notice and machine."""

    status: int
    code: str
    message: Message
    fields: dict[str, Message] = field(default_factory=dict)
    retryable: bool = False

    @property
    def title(self) -> Message:
        return TITLES.get(self.status, TITLES[500])


def failure_of(error: Exception) -> Failure:
    """What an exception means to the one who asked. Anything unknown is our bug: 500."""
    if isinstance(error, DomainError):
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        fields = error.fields if isinstance(error, InvalidInput) else {}
        return Failure(status, error.code, error.message, fields, error.retryable)
    if isinstance(error, HTTPException):
        status = error.status_code if error.status_code in TITLES else 400
        sentence = SENTENCES.get(status, TITLES[status])
        return Failure(status, CODES.get(status, "BAD_REQUEST"), sentence)
    return Failure(500, "INTERNAL", SENTENCES[500])


def answer(request: Request, error: Exception) -> Response:
    """The response to a failed request; our own bugs are logged with their traceback."""
    failure = failure_of(error)
    if failure.status == 500:
        log.error("request.failed", path=request.url.path, exc_info=error)
    if request.url.path.startswith(problems.PREFIX):
        response: Response = problems.answer(request, error, failure)
    elif is_machine(request):
        response = problem(request, failure)
    else:
        response = _page(request, failure)
    if isinstance(error, HTTPException):
        response.headers.update(error.headers or {})
    if failure.status in (429, 503):
        response.headers["Retry-After"] = "60" if failure.status == 429 else "1"
    if failure.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def handle(request: Request, error: Exception) -> Response:
    """For Starlette: one handler for the whole DomainError tree and for its own HTTPException."""
    return answer(request, error)


def is_machine(request: Request) -> bool:
    accepts = request.headers.get("accept", "")
    return request.url.path.startswith(MACHINES) or accepts.startswith("application/json")


def problem(request: Request, failure: Failure) -> JSONResponse:
    """Problem details, in both languages whatever was asked for: the caller may have a screen."""
    body: dict[str, Any] = {
        "type": f"urn:shanmen:problem:{failure.code}",
        "title": failure.title.in_english(),
        "status": failure.status,
        "detail": i18n.here(failure.message),
        "code": failure.code,
        "message_zh": i18n.translate("zh", failure.message),
        "message_en": i18n.translate("en", failure.message),
        "retryable": failure.retryable,
        "request_id": request_id(request),
    }
    if failure.fields:
        body["field"] = next(iter(failure.fields))
        body["fields"] = {
            name: {
                "message_zh": i18n.translate("zh", text),
                "message_en": i18n.translate("en", text),
            }
            for name, text in failure.fields.items()
        }
    return JSONResponse(body, failure.status, media_type=PROBLEM)


def request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", "-"))


def _page(request: Request, failure: Failure) -> Response:
    from webapp.rendering import render  # rendering shows navigation, which needs permissions

    context = {
        "failure": failure,
        "request_id": request_id(request),
        "now": clock.utc_now(),
        "in_office": _has_rail(request),
    }
    response: Response = render(
        request, "errors/error.html", context, fragment="notice", status=failure.status
    )
    if htmx.wants_fragment(request):
        htmx.retarget(response, "#notices")
    return response


def _has_rail(request: Request) -> bool:
    """Inside the office, signed in, the rail stays beside the bad news."""
    return request.url.path.startswith("/office") and bool(getattr(request.state, "staff", None))
