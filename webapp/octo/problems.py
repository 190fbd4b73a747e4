"""What a reseller's program is told when something cannot be done: OCTO's errors."""

from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse

from domain.kernel.errors import DomainError, Message, NotFound, say
from webapp import i18n

PREFIX = "/octo"
BY_STATUS = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "BAD_REQUEST", 405: "BAD_REQUEST",
             409: "UNPROCESSABLE_ENTITY", 413: "BAD_REQUEST", 422: "UNPROCESSABLE_ENTITY",
             429: "BAD_REQUEST", 400: "BAD_REQUEST"}  # fmt: skip
# what HTTP itself says keeps its number; everything else is a 400
KEPT = {401, 403, 404, 405, 413, 429, 500, 503}


class Failure(Protocol):
    """As webapp.errors tells it."""

    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def message(self) -> Message: ...
    @property
    def fields(self) -> dict[str, Message]: ...


class UnknownId(NotFound):
    """An id in the request that stands for nothing. `field` is its name there."""

    def __init__(self, code: str, field: str, value: object) -> None:
        super().__init__(say("There is no such thing, or it is not yours."), code=code)
        self.field, self.value = field, value


class BadRequest(DomainError):
    """The request makes no sense."""

    code = "BAD_REQUEST"


class Unprocessable(DomainError):
    """What is asked for makes sense and cannot be had."""

    code = "UNPROCESSABLE_ENTITY"


def unknown_product(product_id: str) -> UnknownId:
    return UnknownId("INVALID_PRODUCT_ID", "productId", product_id)


def unknown_option(option_id: str) -> UnknownId:
    return UnknownId("INVALID_OPTION_ID", "optionId", option_id)


def unknown_unit(unit_id: str) -> UnknownId:
    return UnknownId("INVALID_UNIT_ID", "unitId", unit_id)


def unknown_availability(availability_id: str) -> UnknownId:
    return UnknownId("INVALID_AVAILABILITY_ID", "availabilityId", availability_id)


def unknown_booking(uuid: str) -> UnknownId:
    return UnknownId("INVALID_BOOKING_UUID", "uuid", uuid)


def answer(request: Request, error: Exception, failure: Failure) -> JSONResponse:
    """OCTO's form of a failure."""
    language = i18n.choose(request.headers.get("accept-language", "")[: i18n.LONGEST_ACCEPT], None)
    told = [failure.message, *failure.fields.values()] if failure.fields else [failure.message]
    body: dict[str, Any] = {
        "error": code_of(request, error, failure),
        "errorMessage": " ".join(i18n.translate(language, sentence) for sentence in told),
    }
    if isinstance(error, UnknownId):
        body[error.field] = error.value
    elif body["error"] == "UNPROCESSABLE_ENTITY":
        body["reason"] = failure.code
    is_unknown_path = failure.status == 404 and isinstance(error, DomainError)
    status = failure.status if failure.status in KEPT and not is_unknown_path else 400
    return JSONResponse(body, status, headers={"Content-Language": i18n.TAGS[language]})


def code_of(request: Request, error: Exception, failure: Failure) -> str:
    if isinstance(error, UnknownId | BadRequest | Unprocessable):
        return error.code
    if failure.code == "VALIDATION":
        return "BAD_REQUEST"
    if failure.status >= 500:
        return "INTERNAL_SERVER_ERROR"
    if isinstance(error, NotFound) and "/bookings" in request.url.path:
        return "INVALID_BOOKING_UUID"
    return BY_STATUS.get(failure.status, "BAD_REQUEST")
