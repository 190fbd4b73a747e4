"""What somebody's words mean in the audit trail: a number, an id, a person, or what happened."""

import re

from domain.kernel.db import Tx
from domain.operation import audit
from domain.operation.audit import Sought
from domain.operation.staff import SignedIn, StaffStatus, people
from webapp import i18n
from webapp.history import happened
from webapp.words import acts as words
from webapp.words.money_acts import sentence_of

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_PEOPLE, MOST_ACTS = 20, 40


async def sought(tx: Tx, typed: str, viewer: SignedIn) -> Sought:
    """All that the words may mean; of people only those whom the reader may see."""
    known = await audit.acts(tx)
    subjects = await audit.called(tx, typed)
    if ID.fullmatch(typed.lower()):
        nouns = sorted({act.partition(".")[0] for act in known})
        subjects = [(noun, typed.lower()) for noun in nouns]
    return Sought(
        tuple(await _actors(tx, typed, viewer)),
        tuple(act for act in known if _says(act, typed.casefold()))[:MOST_ACTS],
        tuple(subjects),
    )


async def _actors(tx: Tx, typed: str, viewer: SignedIn) -> list[str]:
    if ID.fullmatch(typed.lower()):
        return [typed.lower()]
    cut = people.FIRST._replace(most=MOST_PEOPLE)
    found = []
    for status in StaffStatus:
        rows = await people.search(tx, typed, status=status, cut=cut, viewer=viewer)
        found += [row.id for row in rows]
    return found


def _says(act: str, typed: str) -> bool:
    """Are the words in what the page says of such an entry, or in the act itself?"""
    said = (act, happened(act), sentence_of(act, {}) or "", _noun(act))
    return any(typed in each.casefold() for each in said)


def _noun(act: str) -> str:
    noun = words.NOUNS.get(act.partition(".")[0])
    return i18n.here(noun.label) if noun else ""
