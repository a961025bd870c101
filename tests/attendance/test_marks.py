"""One cell of a weekly sheet. Source: contracts.md, Weekly sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.marks import Marks, UnknownMark, parse_marks

REFERENCE = ("√", "△", "○", "×", "休")
THREE_HUNDRED = ("√", "假", "差", "缺", "休")


@pytest.mark.parametrize(
    ("cell", "am", "pm"),
    [
        (None, "", ""),
        ("", "", ""),
        ("  ", "", ""),
        ("—", "", ""),
        ("√", "√", "√"),
        ("√×", "√", "×"),
        ("√ ×", "√", "×"),
        ("√/×", "√", "×"),
        ("√、×", "√", "×"),
        ("√\n×", "√", "×"),
        ("/×", "", "×"),
        ("√/", "√", ""),
        ("√-", "√", ""),
        ("上午√下午×", "√", "×"),
        ("上午:√ 下午:△", "√", "△"),
        ("下午×上午√", "√", "×"),
        ("下午×", "", "×"),
        ("✓", "√", "√"),
        ("✔️", "√", "√"),
        ("对", "√", "√"),
        ("x", "×", "×"),
        ("X", "×", "×"),
        ("✗", "×", "×"),
        ("╳", "×", "×"),
        ("▲", "△", "△"),
        ("〇", "○", "○"),
        ("О", "○", "○"),
        ("o", "○", "○"),
        (0, "○", "○"),
        (0.0, "○", "○"),
        ("０", "○", "○"),
        ("休", "休", "休"),
        ("√休", "√", "休"),
    ],
)
def test_a_cell_is_read_as_two_halves(cell, am, pm):
    assert parse_marks(cell, REFERENCE) == Marks(am, pm)


@pytest.mark.parametrize(("cell", "am", "pm"), [("假", "假", "假"), ("√差", "√", "差"), ("✓缺", "√", "缺")])
def test_marks_are_those_of_the_policy(cell, am, pm):
    assert parse_marks(cell, THREE_HUNDRED) == Marks(am, pm)


@pytest.mark.parametrize("cell", ["假", "?", "√×√", "√/×/√", "√×/√", "上午√×", "在", 3, "上午√上午×"])
def test_what_the_policy_does_not_know_is_refused(cell):
    with pytest.raises(UnknownMark) as refusal:
        parse_marks(cell, REFERENCE)
    assert "√ △ ○ × 休" in str(refusal.value)


def test_a_look_alike_of_a_sign_the_policy_lacks_is_refused():
    with pytest.raises(UnknownMark):
        parse_marks("▲", THREE_HUNDRED)


@given(st.one_of(st.none(), st.text(max_size=12), st.floats(allow_nan=True), st.text(alphabet="√✓×xX△○0休上下午/- ")))
def test_any_cell_gives_known_marks_or_a_refusal(cell):
    try:
        marks = parse_marks(cell, REFERENCE)
    except UnknownMark:
        return
    assert set(marks) <= {"", *REFERENCE}


@given(st.sampled_from(["", *REFERENCE]), st.sampled_from(["", *REFERENCE]))
def test_reading_what_was_read_changes_nothing(am, pm):
    assert parse_marks(f"上午{am}下午{pm}", REFERENCE) == Marks(am, pm)
