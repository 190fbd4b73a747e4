"""All value that moves: `post` writes an entry, `balance` and `statement` read an account."""

from domain.commerce.ledger import verification
from domain.commerce.ledger.entries import balance, post, postings_of, statement
from domain.commerce.ledger.model import INCOME, AccountKind, Entry, Posting

__all__ = [
    "INCOME",
    "AccountKind",
    "Entry",
    "Posting",
    "balance",
    "post",
    "postings_of",
    "statement",
    "verification",
]
