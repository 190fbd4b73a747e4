"""What each of pydantic's complaints is called in a sentence that a person can act on."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from domain.kernel.errors import Message, say
from domain.kernel.inputs import OWN

UNREADABLE = say("This cannot be read here.")
NOT_A_NUMBER = say("Please type a whole number.")
NOT_A_DAY = say("Please type a date, like 2026-05-01.")
NOT_A_TIME = say("Please type a time, like 08:30.")
NOT_A_CHOICE = say("Please choose one of the list.")

SENTENCES: Mapping[str, Message] = {
    "missing": say("Please fill this in."),
    "none_required": say("Please leave this empty."),
    "greater_than": say("Must be more than {gt}."),
    "greater_than_equal": say("Must be at least {ge}."),
    "less_than": say("Must be less than {lt}."),
    "less_than_equal": say("Must be at most {le}."),
    "multiple_of": say("Must be a multiple of {multiple_of}."),
    "finite_number": NOT_A_NUMBER,
    "too_short": say("Please choose at least {min_length}."),
    "too_long": say("Please choose at most {max_length}."),
    "string_type": UNREADABLE,
    "string_unicode": UNREADABLE,
    "string_too_short": say("Please type at least {min_length} characters."),
    "string_too_long": say("Please type at most {max_length} characters."),
    "string_pattern_mismatch": say("This does not have the right form."),
    "string_not_ascii": say("Please use plain letters, digits and signs only."),
    "enum": NOT_A_CHOICE,
    "literal_error": NOT_A_CHOICE,
    "union_tag_invalid": NOT_A_CHOICE,
    "union_tag_not_found": NOT_A_CHOICE,
    "list_type": UNREADABLE,
    "tuple_type": UNREADABLE,
    "set_type": UNREADABLE,
    "frozen_set_type": UNREADABLE,
    "bool_type": UNREADABLE,
    "bool_parsing": UNREADABLE,
    "int_type": NOT_A_NUMBER,
    "int_parsing": NOT_A_NUMBER,
    "int_parsing_size": say("This number is too large."),
    "int_from_float": NOT_A_NUMBER,
    "float_type": say("Please type a number."),
    "float_parsing": say("Please type a number."),
    "decimal_type": say("Please type a number."),
    "decimal_parsing": say("Please type a number."),
    "decimal_max_digits": say("This number is too large."),
    "decimal_max_places": say("Please type at most {decimal_places} decimals."),
    "decimal_whole_digits": say("This number is too large."),
    "value_error": say("This is not right."),
    "assertion_error": say("This is not right."),
    "date_type": NOT_A_DAY,
    "date_parsing": NOT_A_DAY,
    "date_from_datetime_parsing": NOT_A_DAY,
    "date_from_datetime_inexact": NOT_A_DAY,
    "date_past": say("The day must be in the past."),
    "date_future": say("The day must be in the future."),
    "time_type": NOT_A_TIME,
    "time_parsing": NOT_A_TIME,
    "datetime_type": say("Please type a date and a time."),
    "datetime_parsing": say("Please type a date and a time."),
    "datetime_from_date_parsing": say("Please type a date and a time."),
    "datetime_object_invalid": say("Please type a date and a time."),
    "datetime_past": say("The moment must be in the past."),
    "datetime_future": say("The moment must be in the future."),
    "time_delta_type": UNREADABLE,
    "time_delta_parsing": UNREADABLE,
    "url_type": say("Please type a web address, like https://example.com/."),
    "url_parsing": say("Please type a web address, like https://example.com/."),
    "url_syntax_violation": say("Please type a web address, like https://example.com/."),
    "url_scheme": say("Please type a web address, like https://example.com/."),
    "url_too_long": say("Please type at most {max_length} characters."),
    "uuid_type": NOT_A_CHOICE,
    "uuid_parsing": NOT_A_CHOICE,
    "uuid_version": NOT_A_CHOICE,
}


def sentence_for(error: ErrorDetails) -> Message:
    """The complaint in words; never what was typed, which may be a password."""
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == OWN:
        sentence: Message = context["sentence"]
        return sentence
    known = SENTENCES.get(error["type"], UNREADABLE)
    return Message(str(known), **{name: context[name] for name in _needed(known, context)})


def _needed(sentence: Message, context: dict[str, Any]) -> list[str]:
    return [name for name in context if f"{{{name}}}" in sentence]
