"""Identity documents and phones: valid ones pass, and a wrong one is told exactly what is wrong."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from domain.kernel import identity
from domain.kernel.identity import DocumentKind, Sex

TODAY = date(2026, 11, 22)
VALID = "11010519491231002X"
RESIDENT_ID = DocumentKind.RESIDENT_ID


def problem(number: str, kind: DocumentKind = RESIDENT_ID) -> str | None:
    found = identity.problem_with(kind, number, today=TODAY)
    return found and found.in_english()


def with_check_digit(first_17: str) -> str:
    return first_17 + ric.calc_check_digit(first_17 + "0")


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from(["11", "31", "44", "52", "65", "71"]))
    born_on = draw(st.dates(TODAY - timedelta(days=365 * 129), TODAY))
    place, sequence = draw(st.integers(0, 9999)), draw(st.integers(0, 999))
    return with_check_digit(f"{province}{place:04}{born_on:%Y%m%d}{sequence:03}")


def test_the_number_of_the_standard_is_valid() -> None:
    assert problem(VALID) is None
    assert ric.is_valid(VALID)
    assert identity.born_on(RESIDENT_ID, VALID) == date(1949, 12, 31)
    assert identity.sex_of(RESIDENT_ID, VALID) is Sex.FEMALE


@given(resident_ids())
def test_a_number_made_by_the_rules_is_valid(number: str) -> None:
    assert problem(number) is None
    assert identity.guess_kind(number) is RESIDENT_ID


@given(resident_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(number: str, at: int, wrong: str) -> None:
    mistyped = number[:at] + wrong + number[at + 1 :]
    assert (problem(mistyped) is None) == (mistyped == number)


@given(resident_ids(), st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert (problem(swapped) is None) == (swapped == number)


@given(st.text(max_size=30), st.sampled_from(DocumentKind))
def test_any_text_gets_an_answer(text: str, kind: DocumentKind) -> None:
    number = identity.normalise(text)
    identity.problem_with(kind, number, today=TODAY)
    identity.guess_kind(number)
    identity.mask(number)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (VALID[:-1] + "1", "The last character does not match; it should be X."),
        (VALID[:-1], "An identity number has 18 characters; this has 17."),
        ("", "An identity number has 18 characters; this has 0."),
        ("110105491231002", "Identity numbers of 15 digits are no longer valid"),
        ("1101051949123100O2", "The first 17 characters of an identity number are digits."),
        ("11010519491231٠٠2X", "The first 17 characters of an identity number are digits."),
        ("99010519491231002X", "There is no region 990105 for this kind of document."),
        ("10010519491231002X", "There is no region 100105 for this kind of document."),
        ("11010519491331002X", "There is no date of birth 19491331."),
        ("11010520230229002X", "There is no date of birth 20230229."),
        ("11010520261123002X", "The date of birth 20261123 is still to come."),
        ("11010518491231002X", "The date of birth 18491231 is too long ago."),
    ],
)
def test_each_mistake_is_named(number: str, sentence: str) -> None:
    assert (problem(number) or "").startswith(sentence)


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", "１１０１０５ 19491231 ００２Ｘ", "110105-19491231-002Ⅹ"]
)
def test_forms_of_typing_are_forgiven(typed: str) -> None:
    assert identity.normalise(typed) == VALID


def test_a_county_that_came_later_does_not_turn_a_visitor_away() -> None:
    """Shuimogou has its code since 1983; who was born there before carries it all the same."""
    number = with_check_digit("65010519500101001")
    assert not ric.is_valid(number)
    assert problem(number) is None


def test_cards_of_the_same_form_are_told_apart_by_their_region() -> None:
    hong_kong = with_check_digit("81000019900101001")
    foreign = with_check_digit("91115619900101001")
    assert problem(hong_kong, DocumentKind.RESIDENCE_PERMIT) is None
    assert problem(foreign, DocumentKind.FOREIGN_RESIDENT_ID) is None
    assert identity.guess_kind(hong_kong) is DocumentKind.RESIDENCE_PERMIT
    assert identity.guess_kind(foreign) is DocumentKind.FOREIGN_RESIDENT_ID
    assert problem(hong_kong) == "There is no region 810000 for this kind of document."
    assert problem(VALID, DocumentKind.RESIDENCE_PERMIT) is not None
    assert identity.sex_of(DocumentKind.RESIDENCE_PERMIT, hong_kong) is Sex.MALE


@pytest.mark.parametrize(
    ("kind", "number", "valid"),
    [
        (DocumentKind.HK_MACAU_PERMIT, "H12345678", True),
        (DocumentKind.HK_MACAU_PERMIT, "M0123456701", True),
        (DocumentKind.HK_MACAU_PERMIT, "K12345678", False),
        (DocumentKind.HK_MACAU_PERMIT, "H1234567", False),
        (DocumentKind.TAIWAN_PERMIT, "12345678", True),
        (DocumentKind.TAIWAN_PERMIT, "0123456789B", True),
        (DocumentKind.TAIWAN_PERMIT, "123456789", False),
        (DocumentKind.PASSPORT, "EA1234567", True),
        (DocumentKind.PASSPORT, "C01X00T47", True),
        (DocumentKind.PASSPORT, "PASSPORT", False),
        (DocumentKind.PASSPORT, "E123", False),
        (DocumentKind.PASSPORT, "E１２３４５６７８", False),
    ],
)
def test_documents_without_a_check_digit_are_judged_by_their_form(
    kind: DocumentKind, number: str, valid: bool
) -> None:
    assert (problem(number, kind) is None) is valid
    assert identity.born_on(kind, number) is None
    assert identity.sex_of(kind, number) is None


def test_a_bracketed_letter_of_an_old_booklet_is_read() -> None:
    assert identity.normalise("0123456789（b）") == "0123456789B"


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００"]
)
def test_a_mobile_number_is_read_in_its_usual_forms(typed: str) -> None:
    phone = identity.normalise_phone(typed)
    assert phone == "13800138000"
    assert identity.problem_with_mobile(phone) is None


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("1380013800", "A mobile number has 11 digits; this has 10."),
        ("12800138000", "A mobile number is 11 digits and begins with 13 to 19."),
        ("1380013800a", "A mobile number is 11 digits and begins with 13 to 19."),
        ("", "A mobile number is 11 digits and begins with 13 to 19."),
    ],
)
def test_what_is_wrong_with_a_mobile_number_is_named(phone: str, sentence: str) -> None:
    found = identity.problem_with_mobile(identity.normalise_phone(phone))
    assert found is not None
    assert found.in_english() == sentence


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (VALID, "110***********002X"),
        ("13800138000", "138****8000"),
        ("EA1234567", "EA*****67"),
        ("12345678", "12****78"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_masked_number_hides_its_middle(number: str, masked: str) -> None:
    assert identity.mask(number) == masked


@given(st.text("0123456789", max_size=40))
def test_a_mask_keeps_the_length_and_hides_four_or_half(number: str) -> None:
    masked = identity.mask(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= min(4, (len(number) + 1) // 2)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张伟", "张*"),
        ("欧阳文博", "欧**博"),
        ("古丽努尔·买买提艾力", "古***·****力"),
        ("John  Smith", "J*** S****"),
        ("李", "李"),
        ("", ""),
    ],
)
def test_a_masked_name_is_known_only_to_who_knows_it(name: str, masked: str) -> None:
    assert identity.mask_name(name) == masked
