"""What may be asked for and what an answer must not do: the rule over plain values."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadres.corrections import (
    LABELS,
    PERSON_FIELDS,
    along_with,
    changed_meanwhile,
    new_span,
    normal_form,
    read_wishes,
    span_obstacle,
)
from cadres.roster.errors import Invalid
from tests.factories import id_number

MALE = id_number(11, born="19850705")
NOW = dict.fromkeys(PERSON_FIELDS, "") | {"name": "甘雨", "sex": "男", "birth_month": "1985-07", "id_number": MALE}
POSTED = {"start_date": "2026-03-01", "end_date": "", "position": "科员", "lodging": "", "dispatching_institution": ""}
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("field", "raw", "stored"),
    [
        ("name", " 买买提 . 艾力 ", "买买提·艾力"),
        ("ethnicity", "壮", "壮族"),
        ("political_status", "党员", "中共党员"),
        ("education", "本科", "大学本科"),
        ("phone", "+86 138-0000-1234", "13800001234"),
        ("major", "农　学", "农学"),
    ],
)
def test_a_wish_takes_the_normal_form_of_the_roster(field, raw, stored):
    assert read_wishes({field: raw}, NOW).wanted == {field: stored}


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"phone": "123"}, "phone", "11 位"),
        ({"phone": "13800001234、13900001234"}, "phone", "几个号码"),
        ({"id_number": MALE[:17]}, "id_number", "17 位"),
        ({"id_number": "459912850705123"}, "id_number", "重新填写"),
        ({"id_number": MALE[:17] + ("0" if MALE[17] != "0" else "1")}, "id_number", "校验位"),
        ({"education": "不清楚"}, "education", "认不出"),
        ({"name": "长" * 51}, "name", "最多 50"),
        ({"sex": "女"}, "sex", "以身份证号为准"),
        ({"birth_month": "1985-08"}, "birth_month", "以身份证号为准"),
        ({"birth_month": "去年"}, "birth_month", "1985-07"),
        ({"village": "龙塘村"}, "village", "党政办"),
        ({"user": "1"}, "user", "党政办"),
        ({"position": "科长"}, "position", "党政办"),
    ],
)
def test_what_has_no_normal_form_is_told_field_by_field(sent, field, said):
    wishes = read_wishes(sent, NOW)
    assert (list(wishes.errors), wishes.wanted) == ([field], {})
    assert said in wishes.errors[field]


def test_blank_and_unchanged_ask_for_nothing():
    assert read_wishes({**NOW, "major": "  "}, NOW) == read_wishes({}, NOW)


def test_one_bad_field_does_not_hide_the_good_ones():
    wishes = read_wishes({"phone": "1", "major": "农学"}, NOW)
    assert (set(wishes.errors), wishes.wanted) == ({"phone"}, {"major": "农学"})


def test_a_new_number_brings_sex_and_birth_month_along():
    other = id_number(12, born="19900215")
    sex = "男" if int(other[16]) % 2 else "女"
    assert along_with("id_number", other) == {"sex": sex, "birth_month": "1990-02"}
    assert along_with("name", "甘霖") == {}
    both = read_wishes({"id_number": other, "birth_month": "1990-02"}, NOW)
    assert both.errors == {}


def test_the_end_of_a_posting_is_not_before_its_beginning():
    assert "早于" in read_wishes({"end_date": "2026-02-01"}, POSTED).errors["end_date"]
    assert (
        "早于" in read_wishes({"start_date": "2026-05-01"}, {**POSTED, "end_date": "2026-04-30"}).errors["start_date"]
    )


@pytest.mark.parametrize(
    ("now", "hinders"),
    [("农学", False), ("林学", False), ("法学", True), ("", True)],
    ids=["then", "wanted", "else", "gone"],
)
def test_a_value_changed_meanwhile_is_told(now, hinders):
    said = changed_meanwhile("major", then="农学", now=now, wanted="林学")
    assert bool(said) is hinders
    assert now in said or not said


def test_a_number_changed_meanwhile_is_told_masked():
    said = changed_meanwhile("id_number", then=id_number(1), now=MALE, wanted=id_number(2))
    assert MALE not in said
    assert MALE[-4:] in said


@pytest.mark.parametrize(
    ("field", "value", "span", "others", "said"),
    [
        ("start_date", "2026-02-01", (date(2026, 3, 1), None), [], ""),
        ("start_date", "2026-02-01", (date(2026, 3, 1), None), [(date(2025, 1, 1), date(2026, 2, 2))], "重叠"),
        ("start_date", "2026-02-02", (date(2026, 3, 1), None), [(date(2025, 1, 1), date(2026, 2, 2))], ""),
        ("start_date", "2026-04-01", (date(2026, 3, 1), None), [], "已有考勤"),
        ("start_date", "2027-01-05", (date(2027, 1, 1), None), [], ""),
        ("end_date", "2026-12-31", (date(2026, 3, 1), None), [], ""),
        ("end_date", "2026-11-24", (date(2026, 3, 1), None), [], ""),
        ("end_date", "2026-11-23", (date(2026, 3, 1), None), [], "已有考勤"),
        ("end_date", "2026-06-30", (date(2026, 3, 1), date(2026, 6, 30)), [], ""),
        ("end_date", "2026-06-28", (date(2026, 3, 1), date(2026, 6, 30)), [], "已有考勤"),
        ("end_date", "2026-07-31", (date(2026, 3, 1), date(2026, 6, 30)), [(date(2026, 7, 1), None)], "重叠"),
        ("end_date", "2026-02-01", (date(2026, 3, 1), None), [], "早于"),
    ],
)
def test_days_of_a_posting(field, value, span, others, said):
    found = span_obstacle(span, new_span(field, value, span), others, TODAY)
    assert said in found if said else found == ""


days = st.integers(-60, 60).map(lambda n: TODAY + timedelta(days=n))


@given(begins=days, length=st.integers(1, 90) | st.none(), field=st.sampled_from(["start_date", "end_date"]), new=days)
def test_no_day_that_is_over_is_ever_lost(begins, length, field, new):
    span = begins, None if length is None else begins + timedelta(days=length)
    after = new_span(field, new.isoformat(), span)
    if span_obstacle(span, after, [], TODAY) == "":
        for day in (TODAY - timedelta(days=n) for n in range(130)):
            was = span[0] <= day and (span[1] is None or day < span[1])
            assert not was or (after[0] <= day and (after[1] is None or day < after[1]))


@given(st.sampled_from(sorted(LABELS)), st.text(max_size=40))
def test_a_normal_form_is_one_already(field, raw):
    try:
        value = normal_form(field, raw)
    except Invalid:
        return
    assert normal_form(field, value) == value
