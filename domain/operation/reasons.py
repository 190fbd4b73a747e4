"""What staff may read about a failure: our own sentences, and of anything else only its kind,
for foreign messages may carry what was sent."""

from domain.kernel.errors import DomainError

MOST_CHARACTERS = 400


def reason_of(problem: BaseException) -> str:
    """The failure in a line; the traceback is in the log."""
    if isinstance(problem, DomainError):
        text = f"{problem.code}: {problem.message.in_english()}"
    elif isinstance(problem, TimeoutError):
        text = "TIMEOUT: no answer in time"
    else:
        text = type(problem).__name__
    return text[:MOST_CHARACTERS]
