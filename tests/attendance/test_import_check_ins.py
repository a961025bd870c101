"""Check-ins exported from an app. Source: contracts.md, Check-ins."""

from datetime import date, datetime, time

import pytest
import time_machine

from attendance.actions.check_in import void_check_in
from attendance.actions.import_check_ins import import_check_ins
from attendance.geofence import distance_m
from attendance.models import CheckIn
from tests.attendance.files import codes, posted, questions, wall, xlsx
from townships.periods import SHANGHAI

NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(NOW, tick=False):
        yield


def bring(unit, *rows, **fields):
    return import_check_ins(unit=unit, content=xlsx(*rows), filename="打卡.xlsx", **fields)


def at(hour, minute=0, day=3) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("header", "row", "moment"),
    [
        (["姓名", "时间"], ["甘雨", wall(2026, 11, 3, 18, 50)], at(18, 50)),
        (["姓名", "时间"], ["甘雨", "2026-11-03 18:50"], at(18, 50)),
        (["姓名", "时间"], ["甘雨", "2026年11月3日 18时50分"], at(18, 50)),
        (["姓名", "打卡时间"], ["甘雨", "2026/11/3 18:50:07"], at(18, 50).replace(second=7)),
        (["姓名", "日期", "打卡时间"], ["甘雨", "2026-11-03", "18:50"], at(18, 50)),
        (["姓名", "日期", "打卡时间"], ["甘雨", date(2026, 11, 3), time(18, 50)], at(18, 50)),
        (["姓名", "日期", "打卡时间"], ["甘雨", "26-11-03 星期二", "18:50"], at(18, 50)),
        (["姓名", "日期", "打卡时间"], ["甘雨", "2026-11-02", "次日 01:30"], at(1, 30)),
        (["姓名", "日期", "打卡时间"], ["甘雨", "2026-11-03", "2026-11-03 18:50"], at(18, 50)),
        (["姓名", "时间"], ["甘雨", "2026-11-03T10:50:00Z"], at(18, 50)),
    ],
)
def test_times_are_written_in_many_ways(tree, posting, header, row, moment):
    report = bring(tree.township, header, row)
    assert not report.errors
    assert CheckIn.objects.get().made_at == moment


@pytest.mark.parametrize(
    ("moment", "day", "minute"),
    [
        (wall(2026, 11, 3, 3, 59), date(2026, 11, 2), 27 * 60 + 59),
        (wall(2026, 11, 3, 4, 0), date(2026, 11, 3), 4 * 60),
        (wall(2026, 11, 3, 0, 0), date(2026, 11, 2), 24 * 60),
    ],
)
def test_before_four_it_is_still_the_evening_before(tree, posting, moment, day, minute):
    bring(tree.township, ["姓名", "时间"], ["甘雨", moment], ["甘雨", wall(2026, 11, 5, 9, 0)])
    kept = CheckIn.objects.order_by("made_at").first()
    assert (kept.day, kept.minute) == (day, minute)


def test_people_are_known_by_phone_too(tree, posting):
    posting.cadre.phone = "13800001234"
    posting.cadre.save()
    assert bring(tree.township, ["手机", "时间"], [13800001234, "2026-11-03 18:50"]).created == 1


@pytest.mark.parametrize(("datum", "shifted"), [(None, True), ("GCJ02", True), ("WGS84", False)])
def test_coordinates_are_gcj02_unless_the_file_says_otherwise(tree, posting, datum, shifted):
    bring(tree.township, ["姓名", "时间", "经度", "纬度", "坐标系"], ["甘雨", "2026-11-03 18:50", 108.32, 22.82, datum])
    kept = CheckIn.objects.get()
    moved = distance_m(kept.latitude, kept.longitude, 22.82, 108.32)
    assert (moved > 100) is shifted
    assert kept.datum == (datum or "GCJ02")


def test_missing_punches_are_counted_and_left_out(tree, posting):
    report = bring(
        tree.township,
        ["姓名", "日期", "打卡时间", "打卡结果"],
        ["甘雨", "2026-11-03", "08:00", "正常"],
        ["甘雨", "2026-11-03", "18:30", "外勤"],
        ["甘雨", "2026-11-03", "21:30", "旷工迟到"],
        ["甘雨", "2026-11-04", None, "缺卡"],
        ["甘雨", "2026-11-04", "18:00", "补卡审批通过"],
        ["甘雨", "2026-11-05", None, "出差"],
    )
    assert (report.rows, report.created) == (6, 3)
    assert [problem.code for problem in report.warnings] == ["check_in.missing"]
    assert "3 行" in report.warnings[0].message


def test_importing_again_changes_nothing(tree, posting):
    rows = ["姓名", "时间"], ["甘雨", "2026-11-03 18:50"], ["甘雨", "2026-11-03 18:50"], ["甘雨", "2026-11-03 08:00"]
    assert bring(tree.township, *rows).created == 2
    report = bring(tree.township, *rows)
    assert (report.created, report.unchanged) == (0, 3)
    assert CheckIn.objects.count() == 2


def test_a_voided_check_in_does_not_come_back(tree, posting, clerk):
    rows = ["姓名", "时间"], ["甘雨", "2026-11-03 18:50"]
    bring(tree.township, *rows)
    void_check_in(check_in=CheckIn.objects.get(), reason="代打卡", actor=clerk, at=NOW)
    bring(tree.township, *rows)
    assert CheckIn.objects.get().void_reason == "代打卡"


def test_what_lies_outside_the_posting_is_left_out_with_one_warning_a_person(tree):
    late = posted(tree.village, "零露", begins=date(2026, 11, 4))
    rows = [["零露", f"2026-11-0{day} 09:00"] for day in (2, 3, 4)]
    report = bring(tree.township, ["姓名", "时间"], *rows)
    assert report.committed
    assert codes(report.warnings) == [(2, "posting.not_active")]
    assert "2 条" in report.warnings[0].message
    assert CheckIn.objects.get().posting == late


def test_a_moment_to_come_is_left_out(tree, posting):
    report = bring(tree.township, ["姓名", "时间"], ["甘雨", "2026-12-03 18:50"])
    assert codes(report.warnings) == [(2, "date.future")]
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        (["姓名", "时间"], ["甘雨", "上周三"], "date.invalid"),
        (["姓名", "时间"], ["甘雨", None], "required"),
        (["姓名", "时间"], ["甘雨", date(2026, 11, 3)], "date.invalid"),
        (["姓名", "时间", "经度", "纬度"], ["甘雨", "2026-11-03 18:50", 108.3, None], "coordinates.invalid"),
        (["姓名", "时间", "经度", "纬度"], ["甘雨", "2026-11-03 18:50", "东经", 22.8], "number.invalid"),
        (["姓名", "时间", "坐标系"], ["甘雨", "2026-11-03 18:50", "BD09"], "choice.unknown"),
        (["姓名", "时间"], ["张三", "2026-11-03 18:50"], "person.unknown"),
        (["姓名", "身份证号", "时间"], ["甘雨", "459910197001100019", "2026-11-03 18:50"], "id_number.invalid"),
        (["姓名", "身份证号", "时间"], ["甘雨", "459910197001100018", "2026-11-03 18:50"], "person.unknown"),
    ],
)
def test_one_bad_row_refuses_the_file(tree, posting, header, row, code):
    good = ["甘雨", *([None] * (len(header) - 2)), "2026-11-03 08:00"] if header[-1] == "时间" else None
    report = bring(tree.township, header, *filter(None, [row, good]))
    assert codes(report.errors) == [(2, code)]
    assert not report.committed
    assert not CheckIn.objects.exists()


def test_a_wrong_name_beside_a_right_number_is_pointed_out(tree, posting):
    number = posting.cadre.id_number
    report = bring(tree.township, ["姓名", "身份证号", "时间"], ["甘宇", number, "2026-11-03 18:50"])
    assert (report.created, codes(report.warnings)) == (1, [(2, "name.mismatch")])


def test_a_larger_file_costs_no_more_queries(tree):
    for number in range(300):
        posted(tree.village if number % 2 else tree.other_village, f"队员{number:03d}")
    rows = [[f"队员{number:03d}", "2026-11-03 18:50"] for number in range(300)]
    few = questions(lambda: bring(tree.township, ["姓名", "时间"], *rows[:10]))
    many = questions(lambda: bring(tree.township, ["姓名", "时间"], *rows))
    assert many <= few <= 9
