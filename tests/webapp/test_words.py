"""Every member of an enum that is shown has its word."""

from webapp import words


def test_no_member_was_forgotten() -> None:
    for kind in words.WORDS:
        for member in kind:
            assert words.word_of(member).label, f"{kind.__name__}.{member.name}"


def test_tones_are_those_of_the_style_sheet() -> None:
    tones = {word.tone for entries in words.WORDS.values() for word in entries.values()}

    assert tones <= {"", "ok", "info", "warn", "high", "bad"}
