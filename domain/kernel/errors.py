"""What can go wrong with a request. Nothing was changed when one of these is raised.

DomainError
├── InvalidInput   the request makes no sense; `fields` says where
├── NotFound       no such thing, or not yours
├── Forbidden      you may not
├── Conflict       somebody changed it first, or a status cannot follow
├── Refused        a rule of the business says no (its Refusal says which)
├── TooOften       tried too many times; later is fine
└── Unavailable    a device, service or the database cannot answer now; may be retried

Every error has a stable `code` and a message: an English sentence that is also its key in the
translation catalogues, with named values filled in after translation.
"""

from collections.abc import Mapping

from domain.kernel.refusals import Refusal


class Message(str):
    """An English sentence that is translated at the edge; `values` fill its {placeholders} then."""

    values: Mapping[str, object]

    def __new__(cls, text: str, /, **values: object) -> "Message":
        made = super().__new__(cls, text)
        made.values = values
        return made

    def in_english(self) -> str:
        return self.format(**self.values) if self.values else str(self)


def say(text: str, /, **values: object) -> Message:
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return Message(text, **values)


class DomainError(Exception):
    """The request could not be carried out; nothing was changed."""

    code = "ERROR"
    retryable = False

    def __init__(self, message: Message, *, code: str | None = None) -> None:
        super().__init__(message.in_english())
        self.message = message
        if code is not None:
            self.code = code


class InvalidInput(DomainError):
    """The form makes no sense. `fields` maps a field's name to what is wrong with it."""

    code = "VALIDATION"

    def __init__(self, fields: Mapping[str, Message], message: Message | None = None) -> None:
        super().__init__(message or say("Please check the marked fields."))
        self.fields = dict(fields)


class NotFound(DomainError):
    code = "NOT_FOUND"

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        super().__init__(message or say("There is no such thing, or it is not yours."), code=code)


class Forbidden(DomainError):
    code = "FORBIDDEN"

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        super().__init__(message or say("You may not do this."), code=code)


class Conflict(DomainError):
    """`code`: STATE_CONFLICT, VERSION_CONFLICT, DUPLICATE, SELF_APPROVAL and their like."""

    code = "STATE_CONFLICT"

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        super().__init__(
            message or say("Somebody changed this first. Please look again."), code=code
        )


class Refused(DomainError):
    """A rule says no, in a command that changes nothing."""

    def __init__(self, refusal: Refusal, message: Message | None = None) -> None:
        super().__init__(message or Message(refusal.message), code=refusal.value)
        self.refusal = refusal


class TooOften(DomainError):
    code = "TOO_MANY_REQUESTS"
    retryable = True

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        super().__init__(message or say("Too many requests. Please wait a little."), code=code)


class Unavailable(DomainError):
    code = "UNAVAILABLE"
    retryable = True

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        super().__init__(
            message or say("This cannot be done just now. Please try again."), code=code
        )
