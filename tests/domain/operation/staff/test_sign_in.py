"""Signing in: right and wrong, locked by login and by address, replayed, raced."""

import asyncio
from datetime import datetime, timedelta

import pyotp
import pytest

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import InvalidInput
from domain.kernel.vault import Vault
from domain.operation import staff
from domain.operation.staff import Role, passwords, sign_in
from domain.operation.staff.sessions import Browser
from domain.operation.staff.sign_in import Counter, SignInStatus, after_try
from tests.staffing import BROWSER, NOON, PASSWORD, hire, signed_in

VAULT = Vault({1: b"k" * 32})
MINUTE = timedelta(minutes=1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def attempt(
    db: Database,
    login: str,
    password: str,
    code: str = "",
    *,
    now: datetime = NOON,
    browser: Browser = BROWSER,
) -> sign_in.SignInAnswer:
    """What the door does, in order."""
    knock = await db.act(sign_in.knock, login, browser.address, now)
    if knock.locked_until:
        return sign_in.SignInAnswer(SignInStatus.LOCKED)
    right = knock.password_hash if passwords.is_right(knock.password_hash, password) else None
    return await db.act(sign_in.sign_in, login, right, code, browser, VAULT, now)


async def test_the_right_password_opens_a_session(db: Database) -> None:
    staff_id = await hire(db, "ming", Role.CASHIER)

    answer = await attempt(db, " MING ", PASSWORD)

    assert answer.status is SignInStatus.SIGNED_IN
    seen = await db.ask(staff.sessions.find, answer.token, NOON)
    assert seen is not None
    assert (seen.staff.id, seen.staff.login) == (staff_id, "ming")


async def test_wrong_unknown_and_retired_get_the_same_answer(db: Database) -> None:
    await hire(db, "ming")
    gone = await hire(db, "gone")
    await db.act(retire, gone)

    answers = [
        await attempt(db, "ming", "wrong"),
        await attempt(db, "nobody", PASSWORD),
        await attempt(db, "gone", PASSWORD),
    ]

    assert {answer.status for answer in answers} == {SignInStatus.WRONG}
    assert not any(answer.token for answer in answers)


async def retire(tx: Tx, staff_id: str) -> None:
    await staff.people.retire(tx, SYSTEM, staff_id, NOON, version=1)


@pytest.mark.parametrize("login", ["ming", "nobody"])
async def test_five_wrong_tries_lock_known_and_unknown_logins_alike(
    db: Database, login: str
) -> None:
    await hire(db, "ming")
    for _ in range(5):
        assert (await attempt(db, login, "wrong")).status is SignInStatus.WRONG

    assert (await attempt(db, login, PASSWORD)).status is SignInStatus.LOCKED
    assert (
        await attempt(db, login, PASSWORD, now=NOON + 14 * MINUTE)
    ).status is SignInStatus.LOCKED
    after = await attempt(db, login, PASSWORD, now=NOON + 15 * MINUTE)
    assert after.status is (SignInStatus.SIGNED_IN if login == "ming" else SignInStatus.WRONG)


async def test_an_address_that_tries_many_logins_is_locked_for_all(db: Database) -> None:
    await hire(db, "ming")
    for n in range(30):
        assert (await attempt(db, f"guess{n}", "wrong")).status is SignInStatus.WRONG

    assert (await attempt(db, "ming", PASSWORD)).status is SignInStatus.LOCKED
    elsewhere = await attempt(db, "ming", PASSWORD, browser=Browser("192.0.2.8"))
    assert elsewhere.status is SignInStatus.SIGNED_IN


async def test_a_hundred_tries_at_once_count_as_a_hundred(db: Database) -> None:
    await hire(db, "ming")

    knocks = await asyncio.gather(
        *(db.act(sign_in.knock, "ming", f"192.0.2.{n}", NOON) for n in range(100))
    )

    assert sum(knock.locked_until is None for knock in knocks) == 5


async def test_who_signs_in_all_day_is_never_locked(db: Database) -> None:
    await hire(db, "ming")
    for _ in range(40):
        assert (await attempt(db, "ming", PASSWORD)).status is SignInStatus.SIGNED_IN


async def test_a_password_changed_meanwhile_does_not_open(db: Database) -> None:
    staff_id = await hire(db, "ming")
    knock = await db.act(sign_in.knock, "ming", "192.0.2.7", NOON)
    await db.act(staff.credentials.reset_password, SYSTEM, staff_id, "new", NOON)

    late = await db.act(sign_in.sign_in, "ming", knock.password_hash, "", BROWSER, VAULT, NOON)

    assert late.status is SignInStatus.WRONG


async def enrol(db: Database) -> str:
    person = await signed_in(db, "ming", Role.CASHIER)
    code = pyotp.TOTP(SECRET).at(NOON - MINUTE)
    await db.act(
        staff.credentials.enrol_totp, person, person.actor(), VAULT, SECRET, code, NOON - MINUTE
    )
    return pyotp.TOTP(SECRET).at(NOON)


async def test_with_a_one_time_secret_the_password_alone_does_not_open(db: Database) -> None:
    code = await enrol(db)

    assert (await attempt(db, "ming", PASSWORD)).status is SignInStatus.CODE_NEEDED
    assert (await attempt(db, "ming", PASSWORD, "000000")).status is SignInStatus.WRONG
    assert (await attempt(db, "ming", PASSWORD, code)).status is SignInStatus.SIGNED_IN


async def test_a_one_time_code_opens_once_even_when_raced(db: Database) -> None:
    code = await enrol(db)

    answers = await asyncio.gather(*(attempt(db, "ming", PASSWORD, code) for _ in range(5)))

    assert [a.status for a in answers].count(SignInStatus.SIGNED_IN) == 1
    again = await attempt(db, "ming", PASSWORD, code, now=NOON + timedelta(seconds=20))
    assert again.status is SignInStatus.WRONG


async def test_enrolling_wants_proof_that_the_app_has_the_secret(db: Database) -> None:
    person = await signed_in(db, "ming")

    with pytest.raises(InvalidInput):
        await db.act(
            staff.credentials.enrol_totp, person, person.actor(), VAULT, SECRET, "123123", NOON
        )


async def test_two_sign_ins_at_once_are_two_sessions(db: Database) -> None:
    staff_id = await hire(db, "ming")

    first, second = await asyncio.gather(*(attempt(db, "ming", PASSWORD) for _ in range(2)))

    assert first.token != second.token
    assert len(await db.ask(staff.sessions.list_of, staff_id, NOON)) == 2


def test_counting_begins_anew_when_the_window_or_the_lock_is_over() -> None:
    counter = Counter(5, NOON)

    assert after_try(counter, 5, 15, NOON + 14 * MINUTE).locked_until == NOON + 29 * MINUTE
    assert after_try(counter, 5, 15, NOON + 15 * MINUTE) == Counter(1, NOON + 15 * MINUTE)
    locked = Counter(5, NOON, NOON + 29 * MINUTE)
    assert after_try(locked, 5, 15, NOON + 28 * MINUTE) == locked
    assert after_try(locked, 5, 15, NOON + 29 * MINUTE) == Counter(1, NOON + 29 * MINUTE)


async def test_an_unlocked_person_may_try_at_once(db: Database) -> None:
    staff_id = await hire(db, "ming")
    for _ in range(6):
        await attempt(db, "ming", "wrong")
    assert await db.ask(sign_in.is_locked, "ming", NOON)

    await db.act(sign_in.unlock, SYSTEM, staff_id, "ming", NOON)

    assert not await db.ask(sign_in.is_locked, "ming", NOON)
    assert (await attempt(db, "ming", PASSWORD)).status is SignInStatus.SIGNED_IN
