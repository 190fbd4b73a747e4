"""Network orders: paid on the web, by an agent or an OTA; collected here, or used as e-tickets.

Importing it gives every network order its collection code when it is paid. `find`, `code_of`,
`collections_of`, `count_waiting` and `guessing.is_too_many` are questions.
"""

from domain.admission.collections import guessing
from domain.admission.collections.collecting import Collected, code_of, collect, make_code
from domain.admission.collections.finding import (
    TAIL,
    Sought,
    collections_of,
    count_waiting,
    find,
    has_proof,
    sought_for,
    waiting_of,
)
from domain.admission.collections.model import (
    NETWORK,
    Collection,
    Place,
    PlaceKind,
    Waiting,
)

__all__ = [
    "NETWORK",
    "TAIL",
    "Collected",
    "Collection",
    "Place",
    "PlaceKind",
    "Sought",
    "Waiting",
    "code_of",
    "collect",
    "collections_of",
    "count_waiting",
    "find",
    "guessing",
    "has_proof",
    "make_code",
    "sought_for",
    "waiting_of",
]
