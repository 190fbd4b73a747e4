"""Staff, and everything that anybody did, as files."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import say
from domain.operation import audit
from domain.operation.staff import Permission, SignedIn, StaffStatus, grants, people
from webapp import audit_search, filters, forms, i18n, office_orders
from webapp.audit_search import FilterForm
from webapp.exporting.model import AT_ONCE, Cell, Column, ExportList, Key, Kind, Piece, Reading
from webapp.exporting.model import unknown as nobody_counts
from webapp.forms import Typed
from webapp.history import names_in, told

SEE_STAFF = Permission.STAFF_SEE


async def trail_opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    wanted = await audit_search.filter_for(tx, forms.parse(FilterForm, typed), staff)

    async def read(tx: Tx, behind: Key | None) -> Piece:
        rows = await audit.page(tx, wanted, Cut(behind, most=AT_ONCE))
        names = await names_in(tx, rows)
        more = (rows[-1].seq,) if len(rows) == AT_ONCE else None
        return Piece([entry_cells(row, names) for row in rows], more)

    return Reading(read, nobody_counts)


def entry_cells(row: Any, names: Mapping[str, str]) -> Sequence[Cell]:
    """As the page says it; what changed as `field: before → after`."""
    happening = told(row, names)
    changes = [f"{each.label}: {each.before} → {each.after}" for each in happening.changes]
    return (
        row.seq,
        row.at,
        happening.who,
        happening.what,
        "; ".join([*changes, *([happening.more] if happening.more else [])]),
        row.act,
        row.subject_id,
    )


async def staff_opened(tx: Tx, viewer: SignedIn, typed: Typed) -> Reading:
    status = StaffStatus.RETIRED if typed.has("retired") else StaffStatus.ACTIVE

    async def read(tx: Tx, behind: Key | None) -> Piece:
        rows = await people.search(
            tx,
            typed.text("q"),
            status=status,
            role_id=typed.text("role"),
            cut=Cut(behind, most=AT_ONCE),
            viewer=viewer,
        )
        held = await grants.of_many(tx, [row.id for row in rows])
        cells = [person_cells(row, held.get(row.id, []), viewer) for row in rows]
        return Piece(cells, (rows[-1].login,) if len(rows) == AT_ONCE else None)

    return Reading(read, nobody_counts)


def person_cells(row: Any, held: Sequence[Any], viewer: SignedIn) -> Sequence[Cell]:
    """With the roles at places where the viewer may see staff; one's own all."""
    mine = [
        office_orders.name_of(each)
        for each in held
        if row.id == viewer.id or viewer.may(SEE_STAFF, each.place_id)
    ]
    working = say("Left") if row.retired_at else say("Working here")
    return (
        row.login,
        row.name,
        i18n.here(say(", ")).join(dict.fromkeys(mine)),
        filters.masked(row.phone) if row.phone else "",
        i18n.here(say("Yes") if row.totp_sealed else say("No")),
        i18n.here(working),
    )


AUDIT = ExportList(
    say("Audit trail"),
    audit_search.SEE,
    (
        Column(say("Number"), Kind.NUMBER, 10),
        Column(say("When"), Kind.MOMENT, 20),
        Column(say("Done by"), width=18),
        Column(say("What"), width=40),
        Column(say("Details"), width=60),
        Column(say("Act"), width=24),
        Column(say("Subject"), width=38),
    ),
    trail_opened,
)
STAFF = ExportList(
    say("Staff"),
    SEE_STAFF,
    (
        Column(say("Staff number")),
        Column(say("Full name")),
        Column(say("Roles"), width=40),
        Column(say("Phone"), width=16),
        Column(say("One-time codes")),
        Column(say("State")),
    ),
    staff_opened,
)
