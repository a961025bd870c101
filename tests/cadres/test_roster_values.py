"""One cell's normal form: tables by column, and properties that hold for any cell."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from cadres.roster import choices, dates, identity, values
from cadres.roster.errors import Invalid, shown
from cadres.roster.villages import Village, VillageIndex, split_ending
from tests.factories import id_number


def code_of(form, raw, **options) -> str:
    with pytest.raises(Invalid) as refused:
        form(raw, **options)
    assert refused.value.advice
    return refused.value.code


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("韦甲", "韦甲"),
        (" 韦 　甲\n", "韦甲"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提 · 艾力·", "买买提·艾力"),
        ("𠮷㼆", "𠮷㼆"),
        ("韦甲😀", "韦甲"),
        ("韦\u200b甲\x07\ufeff", "韦甲"),
        ("\ue864龙", "\u9fbb龙"),
        (None, ""),
    ],
)
def test_names_lose_every_space_and_unify_the_dot(raw, name):
    assert values.name(raw) == name


GOOD = id_number(1)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("45992419731223007X", "45992419731223007X"),
        ("45992419731223007x", "45992419731223007X"),
        ("４５９９２４１９７３１２２３００７Ｘ", "45992419731223007X"),
        (" 459924 19731223 007X ", "45992419731223007X"),
        ("'45992419731223007X", "45992419731223007X"),
        ("459924-19731223-007Ⅹ", "45992419731223007X"),
        ("45992419731223007Х", "45992419731223007X"),
        ("", ""),
        (None, ""),
    ],
)
def test_identity_numbers_become_eighteen_characters(raw, number):
    assert identity.id_number(raw) == number


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (459917198803170000, "id_number.precision_lost"),
        (4.5991719880317e17, "id_number.precision_lost"),
        ("4.59917E+17", "id_number.precision_lost"),
        ("459917198803170000", "id_number.precision_lost"),
        (459917880317001.0, "id_number.invalid"),
        ("459917880317001", "id_number.invalid"),
        ("45991719880317001", "id_number.invalid"),
        (GOOD[:17] + str((int(GOOD[17].replace("X", "10")) + 1) % 10), "id_number.invalid"),
        ("459917198802300010", "id_number.invalid"),
        ("45991719880317A010", "id_number.invalid"),
        ("待补", "id_number.invalid"),
        (7.0, "id_number.invalid"),
        (float("nan"), "id_number.invalid"),
    ],
)
def test_identity_numbers_that_are_none(raw, code):
    assert code_of(identity.id_number, raw) == code


def test_fifteen_digits_get_a_sentence_of_their_own():
    with pytest.raises(Invalid, match="只有 15 位"):
        identity.id_number("459917880317001")


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 999), st.sampled_from("0123456789X"))
def test_check_digits_agree_with_stdnum(born, order, check):
    number = f"459901{born:%Y%m%d}{order:03d}{check}"
    ours = identity.check_digit(number[:17]) == check
    assert ours == (ric.calc_check_digit(number) == check)
    if ours:
        assert identity.id_number(number) == number


@pytest.mark.parametrize(
    ("raw", "phone", "several"),
    [
        ("13800001200", "13800001200", False),
        (13800001200, "13800001200", False),
        (13800001200.0, "13800001200", False),
        ("13800001200.0", "13800001200", False),
        ("138 0000 1200", "13800001200", False),
        ("138-0000-1200", "13800001200", False),
        ("+86 13800001200", "13800001200", False),
        ("8613800001200", "13800001200", False),
        ("0086-138-0000-1200", "13800001200", False),
        ("１３８００００１２００", "13800001200", False),
        ("13800001200(微信同号)", "13800001200", False),
        ("13800001200/13900001200", "13800001200", True),
        ("13800001200、13900001200", "13800001200", True),
        ("13800001200\n13900001200", "13800001200", True),
        ("13800001200 13900001200", "13800001200", True),
        ("0776-1234567/13800001200", "13800001200", True),
        ("0776-1234567 13800001200", "13800001200", True),
        ("13800001200/13800001200", "13800001200", False),
        (None, "", False),
        ("无", "", False),
        ("/", "", False),
    ],
)
def test_phones_become_eleven_digits(raw, phone, several):
    assert identity.phone(raw) == (phone, several)


@pytest.mark.parametrize(
    "raw", ["1380000120", "12800001200", "0776-1234567", "138000012000", 1.38e10 + 0.5, "1.38E+10", "家里电话"]
)
def test_phones_that_are_none(raw):
    assert code_of(identity.phone, raw) == "phone.invalid"


@pytest.mark.parametrize(
    "raw",
    [
        "1985-07", "1985.07", "1985.7", "198507", 198507, 198507.0, 1985.07, "1985年7月", "1985年07月份", "1985/07", "1985/7",
        "1985-07-15", "1985.7.15", "19850715", 19850715.0, "1985年7月15日", date(1985, 7, 1), datetime(1985, 7, 15, 8),  # noqa: DTZ001
        31243, 31243.0, "31243", "１９８５．０７", " 1985 年 7 月 ", "1985-07-15 00:00:00",
    ],
)  # fmt: skip
def test_birth_months(raw):
    assert dates.birth_month(raw) == "1985-07"


@pytest.mark.parametrize("raw", ["1985", 1985.0, "1985.13", "85.07", "七月", "1985-02-30", 0.5, 200, "abc", True])
def test_birth_months_that_are_none(raw):
    assert code_of(dates.birth_month, raw) == "date.invalid"


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-01", "2026.3.1", "2026.03.01", "2026/3/1", "2026/03/01", "20260301", 20260301, 20260301.0, "2026年3月1日",
        "2026 年 03 月 01 日", "2026年3月1号", "２０２６－０３－０１", "2026–3–1", "2026-3-1 00:00:00", "2026-03-01T08:30:00",
        date(2026, 3, 1), datetime(2026, 3, 1, 8, 30), 46082, 46082.0, 46082.354, "46082", "2026、3、1",  # noqa: DTZ001
    ],
)  # fmt: skip
def test_dates(raw):
    assert dates.date(raw) == "2026-03-01"


@pytest.mark.parametrize(
    "raw",
    ["下月初", "2026-03", "2026年3月", 202603.0, "2026.02.29", "2026-13-01", "2026", 2026.0, "26.3.1", "3月1日", "2026.3.1-2028.2.29", "0001-01-01", True, -5.0],
)  # fmt: skip
def test_dates_that_are_none(raw):
    assert code_of(dates.date, raw) == "date.invalid"


def test_serial_numbers_of_a_workbook_that_counts_from_1904():
    assert dates.date(46082.0 - 1462, epoch_1904=True) == "2026-03-01"


@pytest.mark.parametrize("raw", ["至今", "长期", "—", "/", None, ""])
def test_an_end_that_is_not_set(raw):
    assert dates.end_date(raw) == ""


def test_october_typed_as_a_number_may_be_january():
    assert dates.may_be_october(1985.1)
    assert not dates.may_be_october(1985.07)
    assert not dates.may_be_october("1985.1")


@pytest.mark.parametrize(
    ("form", "raw", "value"),
    [
        (choices.sex, "男性", "男"),
        (choices.sex, " 女 ", "女"),
        (choices.ethnicity, "汉", "汉族"),
        (choices.ethnicity, "维吾尔", "维吾尔族"),
        (choices.ethnicity, "毛难族", "毛南族"),
        (choices.ethnicity, "穿青人", "穿青人"),
        (choices.political_status, "党员", "中共党员"),
        (choices.political_status, "预备党员", "中共预备党员"),
        (choices.political_status, "中共党员（预备）", "中共预备党员"),
        (choices.political_status, "团员", "共青团员"),
        (choices.political_status, "民盟", "民盟盟员"),
        (choices.education, "本科", "大学本科"),
        (choices.education, "大专", "大学专科"),
        (choices.education, "研究生", "硕士研究生"),
        (choices.education, "全日制本科", "大学本科"),
        (choices.education, "博士", "博士研究生"),
        (choices.dispatch_level, "县", "县级"),
        (choices.dispatch_level, "省级", "省级"),
        (choices.dispatch_level, "自治区", "自治区级"),
        (choices.dispatch_level, "市直", "市级"),
        (choices.dispatch_level, "镇", "镇级"),
        (choices.dispatch_level, "中央", "中央级"),
        (choices.team_role, "驻村工作队员", "队员"),
        (choices.team_role, "驻村第一书记", "第一书记"),
        (choices.team_role, "第一书记兼工作队长", "第一书记兼队长"),
        (choices.team_role, "片区协调员", "片区协调员"),
        (values.institution, " 县 财政局 ", "县财政局"),
        (values.institution, "China  Mobile 县分公司", "China Mobile县分公司"),
        (values.institution, "县财政局（本级）", "县财政局(本级)"),
        (values.major, "/", ""),
        (values.lodging, "村委办公楼", "村委办公楼"),
    ],
)
def test_choices_and_free_text(form, raw, value):
    assert form(raw) == value


@pytest.mark.parametrize(
    ("form", "raw"),
    [
        (choices.sex, "未知"),
        (choices.ethnicity, "火星族"),
        (choices.political_status, "保密"),
        (choices.education, "自学"),
        (choices.dispatch_level, "村级"),
        (choices.sex, 1.0),
    ],
)
def test_unknown_choices(form, raw):
    assert code_of(form, raw) == "choice.unknown"


def test_a_cell_that_does_not_fit_is_refused_not_cut():
    assert code_of(values.position, "长" * 101) == "value.too_long"


# --- villages

PLACES = VillageIndex(
    [
        Village(1, "大同村", ("大同镇", "样例县")),
        Village(2, "平安社区", ("大同镇", "样例县")),
        Village(3, "平安村", ("大同镇", "样例县")),
        Village(4, "大同村", ("小同镇", "样例县")),
        Village(5, "南村社区", ("小同镇", "样例县")),
        Village(6, "新村", ("小同镇", "样例县")),
        Village(7, "百合村", ("小同镇", "样例县"), ends=date(2026, 1, 1)),
    ],
    unit_name="样例县",
)


@pytest.mark.parametrize(
    ("text", "township", "pk"),
    [
        ("大同镇大同村", "", 1),
        ("样例县小同镇大同村委会", "", 4),
        ("小同镇/大同", "", 4),
        ("大同村", "大同镇", 1),
        ("大同", "小同镇", 4),
        ("平安村", "", 3),
        ("平安村民委员会", "", 3),
        ("平安社区居委会", "", 2),
        ("平安居民委员会", "", 2),
        ("南村", "", 5),
        ("南村社区", "", 5),
        ("新", "", 6),
        ("新村村委会", "", 6),
        ("新村", "别的镇", 6),
    ],
)
def test_a_village_is_found_by_any_way_of_naming_it(text, township, pk):
    assert PLACES.find(text, township=township).pk == pk


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大同村", "village.ambiguous"),
        ("平安", "village.ambiguous"),
        ("白河村", "village.unknown"),
        ("村", "village.unknown"),
        ("大同镇白河村", "village.unknown"),
        ("大同镇", "village.unknown"),
    ],
)
def test_a_village_that_is_not_found(text, code):
    assert code_of(PLACES.find, text) == code


def test_a_village_that_is_abolished_takes_nobody_any_more():
    assert PLACES.find("百合村", day="2025-12-31").pk == 7
    assert code_of(PLACES.find, "百合村", day="2026-01-01") == "village.unknown"


# --- properties

CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text("0123456789.-/年月日 X+E（）汉男本科村社区县", max_size=24),
    st.integers(-(10**19), 10**19),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
FORMS = [*values.NORMAL_FORMS.values(), *values.DATE_FORMS.values()]


def formed(form, *args):
    """The normal form, None where it is refused; any other exception fails the test."""
    try:
        return form(*args)
    except Invalid as invalid:
        return None if invalid.code and invalid.advice else invalid


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f"{f.__module__.split('.')[-1]}.{f.__name__}")
@given(raw=CELLS)
def test_a_normal_form_is_its_own_normal_form_and_nothing_else_is_raised(form, raw):
    value = formed(form, raw)
    assert value is None or isinstance(value, str)
    assert value is None or form(value) == value


@given(raw=CELLS)
def test_a_phone_is_its_own_normal_form(raw):
    found = formed(identity.phone, raw)
    assert found is None or identity.phone(found[0]) == (found[0], False)


@given(st.text(max_size=20), st.text(max_size=6))
def test_looking_for_a_village_never_breaks(text, township):
    split_ending(text)
    found = formed(lambda: PLACES.find(text, township=township))
    assert found is None or found in PLACES.villages


@given(CELLS)
def test_any_cell_can_be_shown(raw):
    assert len(shown(raw)) <= 60
