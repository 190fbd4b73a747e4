"""The vault: only the same installation, purpose and thing open what was sealed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel import vault as vaults
from domain.kernel.vault import CannotOpen, Vault

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
VAULT = Vault({1: OLD})
ROTATED = Vault({1: OLD, 2: NEW})


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_what_was_sealed_opens(plain: bytes, about: str) -> None:
    assert VAULT.open("identity", VAULT.seal("identity", plain, about), about) == plain


def test_the_same_value_is_never_sealed_alike() -> None:
    assert len({VAULT.seal("identity", b"x") for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("vault", "purpose", "about"),
    [
        (Vault({1: NEW}), "identity", "v1"),
        (Vault({2: OLD}), "identity", "v1"),
        (VAULT, "signing-key", "v1"),
        (VAULT, "identity", "v2"),
        (VAULT, "identity", ""),
    ],
)
def test_another_secret_purpose_or_thing_does_not_open(
    vault: Vault, purpose: str, about: str
) -> None:
    sealed = VAULT.seal("identity", VALUE, "v1")
    with pytest.raises(CannotOpen):
        vault.open(purpose, sealed, about)


VALUE = b"11010519491231002X"


def test_every_altered_bit_is_noticed() -> None:
    sealed = VAULT.seal("identity", VALUE)
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            VAULT.open("identity", bytes(altered))


@given(st.binary(max_size=100))
def test_noise_does_not_open(noise: bytes) -> None:
    with pytest.raises(CannotOpen):
        VAULT.open("identity", noise)


def test_a_cut_value_does_not_open() -> None:
    sealed = VAULT.seal("identity", VALUE)
    for length in range(len(sealed)):
        with pytest.raises(CannotOpen):
            VAULT.open("identity", sealed[:length])


def test_a_rotated_secret_still_opens_old_values_and_seals_with_the_new() -> None:
    old, new = VAULT.seal("identity", VALUE), ROTATED.seal("identity", VALUE)
    assert ROTATED.open("identity", old) == VALUE
    assert ROTATED.open("identity", new) == VALUE
    assert Vault({2: NEW}).open("identity", new) == VALUE


def test_a_fingerprint_finds_the_same_text_and_tells_nothing_else() -> None:
    mark = VAULT.fingerprint("identity", "110")
    assert mark == VAULT.fingerprint("identity", "110")
    assert mark.startswith("1.")
    assert len(mark) == 45
    others = {
        VAULT.fingerprint("identity", "111"),
        VAULT.fingerprint("phone", "110"),
        Vault({1: NEW}).fingerprint("identity", "110"),
    }
    assert len(others | {mark}) == 4


def test_marks_made_with_an_old_secret_are_still_found() -> None:
    assert ROTATED.fingerprints("phone", "138") == (
        ROTATED.fingerprint("phone", "138"),
        VAULT.fingerprint("phone", "138"),
    )


def test_each_purpose_and_each_use_has_a_key_of_its_own() -> None:
    keys = {VAULT.derive("a"), VAULT.derive("b"), ROTATED.derive("a"), VAULT._derive(1, "seal:a")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_the_secret_file_is_read_line_by_line() -> None:
    text = "# newest last\n" + vaults.new_secret_line(1) + "\n" + vaults.new_secret_line(12)
    secrets = vaults.read_secrets(text)
    assert sorted(secrets) == [1, 12]
    assert Vault(secrets).version == 12


@pytest.mark.parametrize(
    "text", ["secret", "0:" + "a" * 64, "1:abc", f"1:{'a' * 64}\n1:{'b' * 64}", f"1:{'A' * 64}"]
)
def test_a_broken_secret_file_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"secret file, line [12]") as raised:
        vaults.read_secrets(text)
    assert "aaa" not in str(raised.value)


def test_a_vault_needs_a_proper_secret_and_never_shows_it() -> None:
    for secrets in ({}, {1: b"short"}, {0: OLD}, {65_536: OLD}):
        with pytest.raises(ValueError, match="secret"):
            Vault(secrets)
    assert repr(Vault({3: os.urandom(32)})) == "Vault(version=3)"
