"""Money as people type it."""

import pytest

from domain.kernel import money


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("98", 9_800),
        ("98.5", 9_850),
        ("98.", 9_800),
        (".5", 50),
        (" ￥1,234.50 ", 123_450),
        ("９８．５０", 9_850),
        ("1，234", 123_400),
        ("-3", -300),
        ("98.500", 9_850),
    ],
)
def test_an_amount_is_read_as_it_is_meant(typed: str, minor: int) -> None:
    assert money.from_text(typed) == minor


ODD = ["1e9", "1E2", "1_000", "NaN", "Infinity", "0.001", "98.5.0", "٣", "-", "."]
LONG = ["100000000000.01", "9" * 40, f"98.{'0' * 40}1"]


@pytest.mark.parametrize("typed", ["", *ODD, *LONG])
def test_what_is_no_amount_is_not_guessed_at(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money.from_text(typed)
