"""What pydantic models of the domain share: complaints that bring their own sentence."""

from pydantic_core import PydanticCustomError

from domain.kernel.errors import Message

OWN = "sentence"


def wrong(sentence: Message) -> PydanticCustomError:
    """For a model's own validators: `raise wrong(say("..."))`; shown in the reader's language."""
    return PydanticCustomError(OWN, "{sentence}", {"sentence": sentence})
