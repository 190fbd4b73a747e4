"""A code from a phone, new every 15 seconds, at the gate."""

from datetime import timedelta

from domain.admission.tickets import code as codes
from domain.admission.tickets.signing_keys import day_key
from domain.kernel.refusals import Refusal
from tests.domain.admission.world import NOON, VAULT, Made, World


def shown(ticket: Made) -> str:
    """What the visitor's phone shows at noon."""
    key = codes.ticket_key(day_key(VAULT, NOON.date()), ticket.token)
    return codes.make_dynamic(ticket.qr(), key, NOON)


async def test_a_fresh_code_lets_in(world: World) -> None:
    gate, ticket = await world.add_gate(), await world.add_ticket()
    answer = await world.scan(gate, shown(ticket), NOON + timedelta(seconds=29))
    assert answer.refusal is None


async def test_a_screenshot_does_not(world: World) -> None:
    gate, ticket = await world.add_gate(), await world.add_ticket()
    answer = await world.scan(gate, shown(ticket), NOON + timedelta(seconds=46))
    assert answer.refusal is Refusal.BAD_CODE
