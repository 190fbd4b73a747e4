"""What gates refuse by themselves when they cannot ask."""

from domain.admission.blocklists.blocking import (
    Changes,
    block,
    changes_since,
    digest_of,
    mark_of,
    revisions,
    unblock,
)

__all__ = [
    "Changes",
    "block",
    "changes_since",
    "digest_of",
    "mark_of",
    "revisions",
    "unblock",
]
