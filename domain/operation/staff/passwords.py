"""Passwords: which are good enough, and how they are kept (argon2id).

`hash_password` and `is_right` take 40 ms and 19 MiB on purpose: call them in a thread, never in an
act and never on the event loop.
"""

import functools
import secrets
import unicodedata

import argon2

from domain.kernel.errors import Message, say

MIN_LENGTH, MAX_LENGTH = 10, 200
_hasher = argon2.PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)

# At least ten characters, as people choose them.
COMMON_WORDS = """
1234567890 0123456789 12345678910 123456789a a123456789 123456789q q123456789 1234567890a
0987654321 9876543210 1111111111 0000000000 8888888888 6666666666 1122334455 1212121212
1234512345 1231231231 123123123a 123456abcd abcd123456 abc1234567 abcdefghij abcdefg123
qwertyuiop qwerty1234 qwerty12345 qwerty123456 1qaz2wsx3e 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y
asdfghjkl1 asdfghjkl; zxcvbnm123 zaq12wsxcde qazwsxedcr password12 password123 password1234
passw0rd123 p@ssw0rd123 p@ssword123 administrator admin12345 admin123456 adminadmin admin@1234
admin@12345 root123456 root1234567 welcome123 welcome1234 letmein123 changeme123 iloveyou123
iloveyou520 woaini1314 woaini520 woaini5201314 5201314520 1314520520 5201314woaini 7758521521
aini123456 wang123456 zhang12345 li12345678 liu1234567 chen123456 shanmen123 shanmen1234
jingqu1234 jingqu123456 shoupiao123 xinnian2026 huangshan123
"""
COMMON = frozenset(COMMON_WORDS.split())


def prepared(password: str) -> str:
    """The same password typed on another keyboard is the same."""
    return unicodedata.normalize("NFKC", password)


def problem_with_password(password: str, login: str) -> Message | None:
    """What is wrong with a new password; None when it may be used."""
    plain = prepared(password)
    if len(plain) < MIN_LENGTH:
        return say("A password has at least {count} characters.", count=MIN_LENGTH)
    if len(plain) > MAX_LENGTH:
        return say("A password has at most {count} characters.", count=MAX_LENGTH)
    lowered = plain.lower()
    if len(login) >= 3 and login.lower() in lowered and len(lowered) - len(login) < MIN_LENGTH - 2:
        return say("A password must not be made of the login.")
    if lowered in COMMON or len(set(lowered)) < 4:
        return say("This password is too easy to guess.")
    return None


def hash_password(password: str) -> str:
    return _hasher.hash(prepared(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the hash is this password's. Takes as long when there is no hash to compare with."""
    if len(password) > MAX_LENGTH:
        password = ""
    try:
        right = _hasher.verify(password_hash or _nobodys(), prepared(password))
    except argon2.exceptions.VerificationError:
        return False
    return right and password_hash is not None


@functools.cache
def _nobodys() -> str:
    """A hash that no password has, with the same cost as everybody's."""
    return _hasher.hash(secrets.token_hex(32))
