"""Payment platforms that the operator has connected: what they gave us, and where they serve."""

from domain.commerce.platforms.connections import (
    CONNECTED,
    SERVABLE,
    Kept,
    Wanted,
    connect,
    find,
    listed,
    secrets_of,
    serve,
)
from domain.commerce.platforms.hearing import heard, note_callback, note_try
from domain.commerce.platforms.model import FIELDS, SECRETS, Field, check_texts

__all__ = [
    "CONNECTED",
    "FIELDS",
    "SECRETS",
    "SERVABLE",
    "Field",
    "Kept",
    "Wanted",
    "check_texts",
    "connect",
    "find",
    "heard",
    "listed",
    "note_callback",
    "note_try",
    "secrets_of",
    "serve",
]
