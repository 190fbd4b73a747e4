"""Printers as things that staff keep: added, changed, taken out of use."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.operation.audit import record
from domain.operation.printers import store
from domain.operation.printers.model import (
    PINS,
    ROLLS_MM,
    Post,
    PostKind,
    PrintedDocument,
    PrinterLanguage,
    documents_of,
)

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,253}[A-Za-z0-9])?")
LEAST_PORT, LAST_PORT = 1024, 65535  # below are services, no printers
LEAST_MM, MOST_MM = 20, 300
MOST_GAP_MM = 30


class PrinterInput(NamedTuple):
    """A printer as staff describe it. Height and gap are those of a label."""

    name: str
    post: Post
    host: str
    port: int = 9100
    language: PrinterLanguage = PrinterLanguage.ESCPOS
    width_mm: int = 80
    height_mm: int = 50
    gap_mm: int = 2
    has_cutter: bool = True
    drawer_pin: int | None = None
    confirms: bool = True
    documents: tuple[PrintedDocument, ...] = (PrintedDocument.TICKET,)


def checked(given: PrinterInput) -> PrinterInput:
    """Raises InvalidInput, with a sentence for every field that makes no sense."""
    mistakes = dict(_mistakes(given))
    if mistakes:
        raise InvalidInput(mistakes)
    is_roll = given.language is PrinterLanguage.ESCPOS
    able = documents_of(given.language)
    return given._replace(
        name=given.name.strip(),
        host=given.host.strip(),
        height_mm=0 if is_roll else given.height_mm,
        gap_mm=0 if is_roll else given.gap_mm,
        has_cutter=is_roll and given.has_cutter,
        drawer_pin=given.drawer_pin if is_roll else None,
        documents=tuple(one for one in able if one in given.documents),
    )


def _mistakes(given: PrinterInput) -> list[tuple[str, Message]]:
    found = []
    if not 1 <= len(given.name.strip()) <= 120:
        found.append(("name", say("A name of 1 to 120 characters.")))
    if not HOST.fullmatch(given.host.strip()):
        found.append(("host", say("The printer's address in the network, like 192.168.1.50.")))
    if not LEAST_PORT <= given.port <= LAST_PORT:
        found.append(("port", say("A port from 1024 to 65535; printers listen on 9100.")))
    if given.drawer_pin not in (None, *PINS):
        found.append(("drawer_pin", say("Choose one of the list.")))
    if not set(given.documents) <= set(documents_of(given.language)):
        found.append(("documents", say("A printer of this kind does not print that.")))
    return found + _wrong_sizes(given)


def _wrong_sizes(given: PrinterInput) -> list[tuple[str, Message]]:
    if given.language is PrinterLanguage.ESCPOS:
        fits = given.width_mm in ROLLS_MM
        return [] if fits else [("width_mm", say("A roll is 80 or 58 mm wide."))]
    sentence = say("From {least} to {most} mm.", least=LEAST_MM, most=MOST_MM)
    sizes = {"width_mm": given.width_mm, "height_mm": given.height_mm}
    found = [(name, sentence) for name, mm in sizes.items() if not LEAST_MM <= mm <= MOST_MM]
    if not 0 <= given.gap_mm <= MOST_GAP_MM:
        found.append(("gap_mm", say("From {least} to {most} mm.", least=0, most=MOST_GAP_MM)))
    return found


async def get_printer(tx: Tx, printer_id: str) -> Any:
    """The row with what is known of it (`trouble`, `seen_at`). Raises NotFound. A question."""
    row = await tx.one(store.GET_PRINTER, id=printer_id)
    if row is None:
        raise NotFound()
    return row


async def list_printers(tx: Tx, areas: Sequence[str] | None = None) -> list[Any]:
    """All of them by name, those out of use last; of some areas only, when they are said."""
    rows = await tx.rows(store.ALL_PRINTERS)
    return [row for row in rows if areas is None or row.area_id in areas]


async def living(tx: Tx) -> list[Any]:
    """Those in use. A question."""
    return list(await tx.rows(store.LIVING))


async def serving(tx: Tx, post: Post) -> list[Any]:
    """The printers of a window or kiosk: its own first, then those of its sales site."""
    site_id = ""
    if post.kind is PostKind.WINDOW:
        found = await tx.one(store.SITE_OF_WINDOW, window_id=post.id)
        site_id = str(found.sales_site_id) if found else ""
    return list(await tx.rows(store.SERVING, post_id=post.id, site_id=site_id))


async def printer_for(tx: Tx, post: Post, document: PrintedDocument) -> Any:
    """The printer that prints this here; None: paper comes from the browser."""
    found = await serving(tx, post)
    if document is PrintedDocument.DRAWER:
        return next((row for row in found if row.drawer_pin is not None), None)
    return next((row for row in found if document.value in row.documents), None)


async def add_printer(
    tx: Tx, area_id: str, given: PrinterInput, actor: Actor, now: datetime
) -> str:
    """A new printer; gives its id. Whether its post is in the area is the caller's to know."""
    wanted, printer_id = checked(given), ids.new_id()
    values = values_of(wanted)
    tx.add(store.ADD_PRINTER, id=printer_id, area_id=area_id, created_at=now, **values)
    tx.add(store.ADD_STATE, printer_id=printer_id, held_until=now)
    record(tx, actor, "printer.added", printer_id, now, after=values, area_id=area_id)
    return printer_id


async def change_printer(
    tx: Tx, printer_id: str, given: PrinterInput, actor: Actor, now: datetime, version: int
) -> None:
    """Write all fields as given. Conflict VERSION_CONFLICT when it was changed meanwhile."""
    old, values = await get_printer(tx, printer_id), values_of(checked(given))
    renamed = {f"new_{name}": value for name, value in values.items()}
    if not await tx.one(store.CHANGE_PRINTER, printer_id=printer_id, seen=version, **renamed):
        raise Conflict(code="VERSION_CONFLICT")
    changed = {name for name, value in values.items() if getattr(old, name) != value}
    record(
        tx,
        actor,
        "printer.changed",
        printer_id,
        now,
        before={name: getattr(old, name) for name in changed},
        after={name: values[name] for name in changed},
        area_id=old.area_id,
    )


async def retire_printer(
    tx: Tx, printer_id: str, actor: Actor, now: datetime, version: int
) -> None:
    """Take it out of use. Conflict while something waits for it: cancel or redirect that first."""
    old = await get_printer(tx, printer_id)
    if await tx.one(store.HEAD, printer=printer_id):
        raise Conflict(say("Something still waits for this printer. Cancel or redirect it first."))
    if not await tx.one(store.RETIRE_PRINTER, printer_id=printer_id, seen=version, now=now):
        raise Conflict(code="VERSION_CONFLICT")
    record(tx, actor, "printer.retired", printer_id, now, area_id=old.area_id)


def values_of(given: PrinterInput) -> dict[str, Any]:
    """The columns, as JSON values."""
    values = given._asdict()
    post = values.pop("post")
    return values | {
        "post_kind": post.kind.value,
        "post_id": post.id,
        "language": given.language.value,
        "documents": [one.value for one in given.documents],
    }
