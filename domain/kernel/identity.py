"""Identity documents and phones: what is wrong with a number, what it tells, how it is shown.

Plain numbers live in forms and in memory only. They are stored sealed, with a keyed hash beside
them for matching (`domain/kernel/vault.py`), and shown masked.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from stdnum import numdb
from stdnum.cn import ric

from domain.kernel.clock import completed_years
from domain.kernel.errors import Message, say

OLDEST_YEARS = 130


class DocumentKind(StrEnum):
    RESIDENT_ID = "resident_id"  # 居民身份证, GB 11643
    RESIDENCE_PERMIT = "residence_permit"  # 港澳台居民居住证: same form, regions 81 to 83
    FOREIGN_RESIDENT_ID = "foreign_resident_id"  # 外国人永久居留身份证, from 2023: begins with 9
    HK_MACAU_PERMIT = "hk_macau_permit"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "taiwan_permit"  # 台湾居民来往大陆通行证
    PASSPORT = "passport"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


WITH_CHECK_DIGIT = {
    DocumentKind.RESIDENT_ID,
    DocumentKind.RESIDENCE_PERMIT,
    DocumentKind.FOREIGN_RESIDENT_ID,
}


class Shape(NamedTuple):
    """What a document without a check digit looks like: its form is all that can be checked."""

    pattern: re.Pattern[str]
    problem: Message


SHAPES = {
    DocumentKind.HK_MACAU_PERMIT: Shape(
        re.compile(r"[HM][0-9]{8}([0-9]{2})?"),
        say("A Hong Kong or Macau permit is H or M and 8 or 10 digits."),
    ),
    DocumentKind.TAIWAN_PERMIT: Shape(
        re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
        say("A Taiwan permit is 8 digits, or 10 digits and a letter."),
    ),
    DocumentKind.PASSPORT: Shape(
        re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}"),
        say("A passport number is 5 to 15 letters and digits."),
    ),
}
IGNORED = str.maketrans("", "", " \t\r\n-()·.")


def normalise(number: str) -> str:
    """What was typed or read, as it is stored and compared: full width, lower case, spaces
    and dashes forgiven."""
    return unicodedata.normalize("NFKC", number).translate(IGNORED).upper()


def problem_with(kind: DocumentKind, number: str, *, today: date) -> Message | None:
    """What exactly is wrong with a normalised number; None when nothing is.

    The mistake that explains the most comes first: a wrong digit in the birth date would break
    the check digit too, and "the last character should be X" would mislead.
    """
    if kind in WITH_CHECK_DIGIT:
        return problem_with_resident_id(kind, number, today)
    shape = SHAPES[kind]
    return None if shape.pattern.fullmatch(number) else shape.problem


def problem_with_resident_id(kind: DocumentKind, number: str, today: date) -> Message | None:
    if len(number) == 15 and is_plain_digits(number):
        return say("Identity numbers of 15 digits are no longer valid; use the card's 18.")
    if len(number) != 18:
        return say("An identity number has 18 characters; this has {count}.", count=len(number))
    if not is_plain_digits(number[:17]):
        return say("The first 17 characters of an identity number are digits.")
    if kind_by_region(number) is not kind:
        return say("There is no region {region} for this kind of document.", region=number[:6])
    if problem := problem_with_birth_date(number, today):
        return problem
    if number[17] != (expected := ric.calc_check_digit(number)):
        return say("The last character does not match; it should be {expected}.", expected=expected)
    return None


def problem_with_birth_date(number: str, today: date) -> Message | None:
    digits = number[6:14]
    try:
        born_on = date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return say("There is no date of birth {digits}.", digits=digits)
    if born_on > today:
        return say("The date of birth {digits} is still to come.", digits=digits)
    if completed_years(born_on, today) > OLDEST_YEARS:
        return say("The date of birth {digits} is too long ago.", digits=digits)
    return None


def kind_by_region(number: str) -> DocumentKind | None:
    """Which document begins like this; None when no region does.

    Only the province is looked up. Counties come and go, people keep the code of the county that
    once registered them, and no list of old counties is complete: it would turn visitors away.
    """
    if number[0] == "9":
        return DocumentKind.FOREIGN_RESIDENT_ID
    if number[:6] in {"810000", "820000", "830000"}:
        return DocumentKind.RESIDENCE_PERMIT
    known = number[0] != "8" and any(place for _, place in numdb.get("cn/loc").info(number[:2]))
    return DocumentKind.RESIDENT_ID if known else None


def guess_kind(number: str) -> DocumentKind | None:
    """The kind that a normalised number most likely is, for a field that takes any of them."""
    if len(number) == 18 and is_plain_digits(number[:17]):
        return kind_by_region(number)
    kinds = (kind for kind, shape in SHAPES.items() if shape.pattern.fullmatch(number))
    return next(kinds, None)


def born_on(kind: DocumentKind, number: str) -> date | None:
    """The birth date inside a number without a problem; None when its kind holds none."""
    return ric.get_birth_date(number) if kind in WITH_CHECK_DIGIT else None


def sex_of(kind: DocumentKind, number: str) -> Sex | None:
    """The sex inside a number without a problem; None when its kind holds none."""
    if kind not in WITH_CHECK_DIGIT:
        return None
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def is_plain_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


MOBILE = re.compile(r"1[3-9][0-9]{9}")
COUNTRY_CODE = re.compile(r"(\+|00)?86(?=1[3-9][0-9]{9}$)")


def normalise_phone(typed: str) -> str:
    """A mainland mobile number as its 11 digits; anything else tidied."""
    tidy = unicodedata.normalize("NFKC", typed).translate(IGNORED)
    return COUNTRY_CODE.sub("", tidy, count=1)


def problem_with_mobile(phone: str) -> Message | None:
    """What is wrong with a normalised mainland mobile number; None when nothing is."""
    if MOBILE.fullmatch(phone):
        return None
    if is_plain_digits(phone) and len(phone) != 11:
        return say("A mobile number has 11 digits; this has {count}.", count=len(phone))
    return say("A mobile number is 11 digits and begins with 13 to 19.")


def mask(number: str) -> str:
    """The first 3 and the last 4; of a short number less, so that at least half stays hidden."""
    if len(number) >= 11:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    shown = len(number) // 4
    return f"{number[:shown]}{'*' * (len(number) - 2 * shown)}{number[len(number) - shown :]}"


def mask_name(name: str) -> str:
    """张伟 as 张*, 欧阳文博 as 欧**博: enough to tell one's own ticket, too little to learn a name.

    Words in Latin letters keep their first: John Smith as J*** S****.
    """
    if name.isascii():
        return " ".join(word[:1] + "*" * (len(word) - 1) for word in name.split())
    name = name.strip()
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    middle = "".join(letter if letter in "·•" else "*" for letter in name[1:-1])
    return name[0] + middle + name[-1]
