"""Which passwords are good enough, and how they are compared."""

import pytest

from domain.operation.staff import passwords


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("short", "at least 10"),
        ("九个字的密码不够用", "at least 10"),
        ("x" * 201, "at most 200"),
        ("xiaoming12", "login"),
        ("1234567890", "easy"),
        ("QWERTY12345", "easy"),
        ("aaaaabbbbbaaaaa", "easy"),
        ("１２３４５６７８９０", "easy"),  # full width digits are digits
    ],
)
def test_a_weak_password_is_named_weak(password: str, part: str) -> None:
    problem = passwords.problem_with_password(password, "xiaoming")

    assert problem is not None
    assert part in problem.in_english()


@pytest.mark.parametrize(
    "password", ["birch-Rain-1896", "山门外的第三棵老槐树下", "p 4 s s w o r d !"]
)
def test_a_good_password_may_be_used(password: str) -> None:
    assert passwords.problem_with_password(password, "xiaoming") is None


def test_a_hash_matches_its_password_only() -> None:
    made = passwords.hash_password("birch-Rain-1896")

    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right(made, "birch-Rain-1896")
    assert not passwords.is_right(made, "birch-Rain-1897")
    assert not passwords.is_right(None, "birch-Rain-1896")
    assert not passwords.is_right(made, "x" * 100_000)


def test_the_same_password_typed_on_another_keyboard_is_the_same() -> None:
    assert passwords.is_right(passwords.hash_password("ｂｉｒｃｈ　rain 1896"), "birch rain 1896")
