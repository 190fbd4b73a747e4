"""A hub over the small area of the admission tests, and devices that are paired with it."""

from datetime import datetime, timedelta
from pathlib import Path

from devicehub.broker import Broker
from devicehub.hub import Hub
from devicehub.limits import Limits
from devicehub.mqtt import Connection
from devicehub.simulator import Behaviour, Memory, Turnstile
from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.clock import utc_now
from domain.kernel.errors import Message
from tests.devicehub.conftest import free_port
from tests.domain.admission.world import NOON, VAULT, World

ADMIN = Actor(ActorKind.STAFF, "a1")
NOWHERE = Connection("127.0.0.1", 9, "hub", "none")


class Clock:
    """The area's noon, which goes on as time does, and can be moved."""

    def __init__(self) -> None:
        self._started = utc_now()
        self.moved = timedelta()
        self.is_frozen = False

    def __call__(self) -> datetime:
        passed = timedelta() if self.is_frozen else utc_now() - self._started
        return NOON + passed + self.moved


def translate(language: str, sentence: str) -> str:
    text = sentence.in_english() if isinstance(sentence, Message) else sentence
    return text if language == "en" else f"{language}: {text}"


def hub_over(
    world: World, line: Broker | Connection = NOWHERE, clock: Clock | None = None
) -> tuple[Hub, Clock]:
    clock = clock or Clock()
    limits = Limits(10_000, 10_000)
    return Hub(world.db, VAULT, translate, line, clock=clock, limits=limits), clock


def broker_in(directory: Path) -> Broker:
    return Broker(directory / "broker", free_port())


async def add_device(world: World, gate_id: str | None = None) -> tuple[str, str]:
    """Its id and its secret."""
    given = DeviceInput(
        name="南门", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
    )
    device_id = await world.db.act(devices.add, given, ADMIN, NOON)
    secret = await world.db.act(devices.issue_secret, device_id, VAULT, ADMIN, NOON)
    return device_id, secret


def turnstile(
    port: int, device_id: str, memory: Memory, behaviour: Behaviour | None = None
) -> Turnstile:
    return Turnstile(
        Connection("127.0.0.1", port, device_id),
        memory,
        behaviour=behaviour,
        heartbeat_seconds=1,
    )
