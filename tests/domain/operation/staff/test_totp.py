"""One-time codes: good for a minute and a half at most, and only once."""

from datetime import timedelta

import pyotp
import pytest

from domain.kernel.vault import CannotOpen, Vault
from domain.operation.staff import totp
from tests.staffing import NOON

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = timedelta(seconds=30)


def code_at(moment_steps: int) -> str:
    return pyotp.TOTP(SECRET).at(NOON + moment_steps * HALF_MINUTE)


@pytest.mark.parametrize(
    ("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_for_its_half_minute_and_its_neighbours(steps: int, good: bool) -> None:
    assert (totp.matching_step(SECRET, code_at(steps), NOON, None) is not None) is good


def test_a_used_code_and_those_before_it_are_worth_nothing() -> None:
    used = totp.matching_step(SECRET, code_at(0), NOON, None)

    assert totp.matching_step(SECRET, code_at(0), NOON, used) is None
    assert totp.matching_step(SECRET, code_at(-1), NOON, used) is None
    assert totp.matching_step(SECRET, code_at(1), NOON, used) is not None


@pytest.mark.parametrize("code", ["", "000", "abcdef", "①②③④⑤⑥", "9" * 1000])
def test_nonsense_is_no_code(code: str) -> None:
    assert totp.matching_step(SECRET, code, NOON, None) is None


def test_spaces_and_full_width_digits_are_forgiven() -> None:
    typed = (
        code_at(0)[:3]
        + " "
        + code_at(0)[3:].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    )

    assert totp.matching_step(SECRET, typed, NOON, None) is not None


def test_a_secret_sealed_for_one_person_does_not_open_for_another() -> None:
    vault = Vault({1: b"k" * 32})
    sealed = totp.seal(vault, SECRET, "ming")

    assert totp.unseal(vault, sealed, "ming") == SECRET
    with pytest.raises(CannotOpen):
        totp.unseal(vault, sealed, "hong")
