"""Messages to people: templates, providers, limits, one-time codes, and what became of each.

An act says `send`; the outbox carries it by the `Messenger`. Importing it registers the approval of
templates.
"""

from domain.operation.messages import (
    addresses,
    codes,
    looking,
    providers,
    rules,
    sending,
    templates,
)
from domain.operation.messages.carriers import MESSAGE, Note, carriers, send
from domain.operation.messages.catalogue import EVENTS
from domain.operation.messages.codes import Verdict
from domain.operation.messages.limits import LIMITS, QUIET_FROM, QUIET_UNTIL
from domain.operation.messages.model import (
    Content,
    DeliveryState,
    MessageChannel,
    ProviderKind,
    characters,
    check,
    content_for,
    fill,
    html_of,
    names_in,
    parts,
    samples,
)
from domain.operation.messages.providers import ProviderInput
from domain.operation.messages.sending import Messenger, Outgoing

__all__ = [
    "EVENTS",
    "LIMITS",
    "MESSAGE",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "Content",
    "DeliveryState",
    "MessageChannel",
    "Messenger",
    "Note",
    "Outgoing",
    "ProviderInput",
    "ProviderKind",
    "Verdict",
    "addresses",
    "carriers",
    "characters",
    "check",
    "codes",
    "content_for",
    "fill",
    "html_of",
    "looking",
    "names_in",
    "parts",
    "providers",
    "rules",
    "samples",
    "send",
    "sending",
    "templates",
]
