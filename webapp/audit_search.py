"""What somebody asks of the audit trail: its filters, and what their words mean (a number, an id, a
person, or what happened)."""

import re

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.operation import audit
from domain.operation.audit import Sought
from domain.operation.audit.trail import FIRST, LAST
from domain.operation.staff import Permission, SignedIn, StaffStatus, people
from webapp import i18n, site
from webapp.form_fields import Day, Line
from webapp.forms import Form
from webapp.history import happened
from webapp.office_orders import areas_for
from webapp.words import acts as words
from webapp.words.money_acts import sentence_of

REQUEST = re.compile(r"[0-9a-f]{12}")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SEE = Permission.AUDIT_SEE
MOST_PEOPLE, MOST_ACTS = 20, 40


class FilterForm(Form):
    q: Line = ""
    who: Line = ""
    noun: Line = ""
    from_on: Day | None = None
    until_on: Day | None = None
    subject: Line = ""


async def filter_for(tx: Tx, wanted: FilterForm, viewer: SignedIn) -> audit.Filter:
    """What to look for, within what the reader may see. Days are the operator's; the last one is
    looked at to its end."""
    zone = site.current().zone
    from_at, until_at = FIRST, LAST
    if wanted.from_on:
        from_at = clock.day_bounds(wanted.from_on, zone)[0]
    if wanted.until_on:
        until_at = clock.day_bounds(wanted.until_on, zone)[1]
    subject = wanted.subject if wanted.noun else ""
    found = audit.Filter(wanted.who, wanted.noun, "", subject, from_at, until_at)
    if wanted.q:
        found = found._replace(sought=await sought(tx, wanted.q, viewer))
    if viewer.is_limited(SEE):
        found = found._replace(areas=tuple(await areas_for(tx, viewer, SEE)))
    return found


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
        typed if REQUEST.fullmatch(typed) else "",
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
