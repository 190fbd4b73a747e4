"""How a device gets its secret: a code typed once, a rotation, and how the secret is recognised."""

import hashlib
import secrets
from datetime import datetime, timedelta

from domain.admission.devices import store
from domain.admission.devices.commands import command
from domain.admission.devices.inventory import get
from domain.admission.devices.model import SIMULATED, CommandOp, Identity, Paired, PairingCode
from domain.admission.devices.secrets import broker_hash, new_secret, secret_hash
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Forbidden, TooOften, say
from domain.kernel.vault import Vault
from domain.operation.audit import record

CODE_CHARACTERS = 8
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5  # of one address, in the life of a code
ROTATE_LIFE = timedelta(days=1)
PURPOSE = "device.secret"


class WrongCode(Forbidden):
    """A wrong, used or late pairing code. The try is kept: see `pair`."""

    code = "PAIRING_CODE_WRONG"

    def __init__(self) -> None:
        super().__init__(say("This pairing code is wrong, used or too old."))


class TooManyTries(TooOften):
    code = "TOO_MANY_TRIES"

    def __init__(self) -> None:
        super().__init__(say("Too many tries. Please wait ten minutes and make a new code."))


async def make_code(tx: Tx, device_id: str, actor: Actor, now: datetime) -> PairingCode:
    """A code for one pairing within ten minutes; those made before are void."""
    device = await get(tx, device_id)
    if device.retired_at is not None:
        raise Conflict()
    code = "".join(secrets.choice(ids.CROCKFORD) for _ in range(CODE_CHARACTERS))
    await tx.run(store.END_PAIRING_CODES, of_device_id=device_id, at=now)
    tx.add(
        store.ADD_PAIRING_CODE,
        code_hash=code_hash(code),
        device_id=device_id,
        made_by=actor.id,
        expires_at=now + CODE_LIFE,
    )
    record(tx, actor, "pairing_code.made", device_id, now)
    return PairingCode(code, now + CODE_LIFE)


def code_hash(code: str) -> str:
    return hashlib.sha256(f"pairing:{code}".encode()).hexdigest()


async def pair(
    tx: Tx, code: str, serial: str, model: str, address: str, vault: Vault, now: datetime
) -> Paired | WrongCode | TooManyTries:
    """A device's id and secret for a code. Other answers are given, not raised, so that the try
    stays counted. Give it the lane `pairing:{address}`, or tries at once are counted as one."""
    made = await tx.one(store.COUNT_ATTEMPTS, address=address, since=now - CODE_LIFE)
    if made.tries >= MOST_TRIES:
        return TooManyTries()
    used = await tx.one(store.USE_PAIRING_CODE, hashed=code_hash(ids.clean_code(code)), at=now)
    secret = new_secret()
    device = used and await tx.one(
        store.SET_SECRET,
        device_id=used.device_id,
        hashed=secret_hash(secret),
        for_broker=broker_hash(secret),
        sealed=vault.seal(PURPOSE, secret.encode(), used.device_id),
        to_serial=serial[:80],
        to_model=model[:80],
        at=now,
    )
    if device is None:
        tx.add(store.ADD_ATTEMPT, id=ids.new_id(), address=address, at=now)
        return WrongCode()
    await take_over(tx, used.device_id)
    actor = Actor(ActorKind.DEVICE, used.device_id, address=address)
    record(tx, actor, "device.paired", used.device_id, now, serial=serial[:80], model=model[:80])
    return Paired(used.device_id, secret)


async def take_over(tx: Tx, device_id: str) -> None:
    """A real device has come: nobody plays it any more."""
    config = (await get(tx, device_id)).config
    if SIMULATED in config:
        left = {name: value for name, value in config.items() if name != SIMULATED}
        await tx.one(store.SET_CONFIG, device_id=device_id, to_config=left)


async def issue_secret(tx: Tx, device_id: str, vault: Vault, actor: Actor, now: datetime) -> str:
    """A secret given out without a code: for a device set up by whoever runs the server."""
    old = await get(tx, device_id)
    secret = new_secret()
    done = await tx.one(
        store.SET_SECRET,
        device_id=device_id,
        hashed=secret_hash(secret),
        for_broker=broker_hash(secret),
        sealed=vault.seal(PURPOSE, secret.encode(), device_id),
        to_serial=old.serial,
        to_model=old.model,
        at=now,
    )
    if done is None:
        raise Conflict()
    record(tx, actor, "device.paired", device_id, now)
    return secret


async def rotate(tx: Tx, device_id: str, vault: Vault, actor: Actor, now: datetime) -> str:
    """A new secret and the command that tells the device. Both are good until the new one was
    used. The command holds no secret: the hub opens `next_secret` when it sends it."""
    await get(tx, device_id)
    secret = new_secret()
    done = await tx.one(
        store.SET_NEXT_SECRET,
        device_id=device_id,
        hashed=secret_hash(secret),
        for_broker=broker_hash(secret),
        sealed=vault.seal(PURPOSE, secret.encode(), device_id),
    )
    if done is None:
        raise Conflict(say("This device is not paired."))
    await command(tx, device_id, CommandOp.ROTATE, {}, "", actor, now, life=ROTATE_LIFE)
    record(tx, actor, "device.rotation_begun", device_id, now)
    return secret


async def finish_rotation(tx: Tx, device_id: str, now: datetime) -> bool:
    """The device came with its new secret: the old one is dead. False when it was so already."""
    done = await tx.one(store.TAKE_NEXT_SECRET, device_id=device_id)
    if done is None:
        return False
    actor = Actor(ActorKind.DEVICE, device_id)
    record(tx, actor, "device.rotated", device_id, now)
    return True


async def next_secret(tx: Tx, device_id: str, vault: Vault) -> str | None:
    """What the hub sends with a `rotate` command; None when no rotation is under way."""
    sealed = (await get(tx, device_id)).next_secret_sealed
    return None if sealed is None else vault.open(PURPOSE, sealed, device_id).decode()


async def mac_secret(tx: Tx, device_id: str, vault: Vault) -> str | None:
    """The key for the `mac` of commands to a device behind a bridge; None when it is not paired."""
    sealed = (await get(tx, device_id)).secret_sealed
    return None if sealed is None else vault.open(PURPOSE, sealed, device_id).decode()


async def identify(tx: Tx, hashed: str) -> Identity | None:
    """Whose secret this is, by its SHA-256; None when nobody's. A question."""
    row = await tx.one(store.BY_SECRET, hashed=hashed)
    return row and Identity(row.id, row.gate_id, row.area_id, bool(row.is_next))


async def forget_attempts(tx: Tx, now: datetime) -> None:
    """Housekeeping: tries that no longer count."""
    await tx.run(store.FORGET_ATTEMPTS, before=now - CODE_LIFE)
