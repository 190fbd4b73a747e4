"""The first start without the demo: the operating unit, the area and the first administrator, once.

Whoever sets up must type a code that only the server's console shows, or a stranger on the network
could be first. It follows from the installation's secret, so every process knows it.
"""

import base64
import hmac
from datetime import datetime
from typing import NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, say
from domain.kernel.idempotency import keep_answer
from domain.kernel.vault import Vault
from domain.operation import settings, staff
from domain.operation.audit import record
from domain.operation.places import PlaceKind, add_place, inputs
from domain.operation.staff import Grant, Person, Role


class Beginning(NamedTuple):
    """What is asked at the first start. The area's own page asks for the rest."""

    unit_name: str
    area_name: str
    area_name_en: str
    instant_capacity: int
    daily_capacity: int
    login: str
    name: str
    language: str = "zh"


def code_of(vault: Vault) -> str:
    """The code on the console."""
    made = base64.b32encode(vault.derive("setup")[:10]).decode()
    return ids.clean_code(made.translate(str.maketrans("OIL", "01X")))


def is_code(vault: Vault, typed: str) -> bool:
    return hmac.compare_digest(ids.clean_code(typed).encode(), code_of(vault).encode())


async def set_up(tx: Tx, wanted: Beginning, password_hash: str, now: datetime) -> str:
    """Make the house; gives the first administrator's id. Of two at once, one. Raises Conflict
    when somebody is here already."""
    if await staff.people.is_anybody(tx):
        raise Conflict(say("This has been set up already."))
    keep_answer(tx, "setup", "once", {}, {}, now)  # its key stands for the house
    await staff.roles.seed(tx, now)
    person = Person(wanted.name, language=wanted.language)
    staff_id = await staff.people.add(
        tx, SYSTEM, wanted.login, person, password_hash, now, must_change_password=False
    )
    administrator = Grant(await staff.roles.id_of(tx, Role.ADMINISTRATOR))
    await staff.grants.replace(tx, None, SYSTEM, staff_id, {administrator}, now)
    unit = inputs.UnitInput(code="U1", name_zh=wanted.unit_name)
    unit_id = await add_place(tx, PlaceKind.UNIT, unit, SYSTEM, now)
    area = inputs.AreaInput(
        code="A1",
        name_zh=wanted.area_name,
        name_en=wanted.area_name_en,
        unit_id=unit_id,
        instant_capacity=wanted.instant_capacity,
        daily_capacity=wanted.daily_capacity,
    )
    await add_place(tx, PlaceKind.AREA, area, SYSTEM, now)
    names = {"name_zh": wanted.area_name, "name_en": wanted.area_name_en or wanted.area_name}
    await settings.change(tx, SYSTEM, names, now, edition=0)
    record(tx, SYSTEM, "house.set_up", "house", now, staff_id=staff_id)
    return staff_id
