"""The sample month straight through the pure rules: every day, every night, every point."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from attendance import ledger
from attendance.calendar import WorkCalendar, required_days
from attendance.leave import Span, covered, overdue_days
from attendance.ledger import Check, Evidence
from attendance.policy_document import parse_attendance
from reports import scoring
from reports.scheme_document import parse_scheme
from townships.periods import SHANGHAI, Week, business_day

MONTH = Path(__file__).parents[1] / "samples" / "month"
TODAY = date(2026, 11, 24)
METHODS = {"实地": "onsite", "电话": "phone", "视频": "video"}
RESULTS = {"在岗": "present", "不在岗": "absent", "请假": "leave", "公差": "official_trip"}


def rows(name):
    table = openpyxl.load_workbook(MONTH / name).active.iter_rows(values_only=True)
    header = next(table)
    return [dict(zip(header, row, strict=True)) for row in table]


def as_date(value):
    return value.date() if isinstance(value, datetime) else value


def half_and_day(text):
    day, half = text.split()
    return date.fromisoformat(day), "am" if half == "上午" else "pm"


class Town:
    """The sample's evidence by member and week, built by hand from the files."""

    def __init__(self):
        policy = json.loads((MONTH / "policy.json").read_text())
        self.rules = parse_attendance(policy["attendance"])
        self.scheme = parse_scheme(policy["scoring"])
        self.postings = {
            r["身份证号"]: (as_date(r["驻村起始时间"]), as_date(r["驻村结束时间"])) for r in rows("roster.xlsx")
        }
        self.weeks = defaultdict(dict)
        self._check_ins()
        self._leaves()
        self._spot_checks()

    def evidence(self, person, day):
        week = Week.of(day)
        if person not in self.weeks[week]:
            first, last = self.postings[person]
            owed = required_days(self.rules.required_days, WorkCalendar(), week.days)
            self.weeks[week][person] = evidence = Evidence(self.rules)
            for index, each in enumerate(week.days):
                if first <= each and (not last or each <= last):
                    evidence.posted |= ledger.day_bit(index)
                if each in owed:
                    evidence.required |= ledger.day_bit(index)
        return self.weeks[week][person], (day - week.monday).days

    def sheet(self, week):
        for row in rows(f"sheet_{week}.xlsx"):
            for index, name in enumerate(("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")):
                evidence, _ = self.evidence(row["身份证号"], week.monday + timedelta(days=index))
                sign = (row[name] or "").strip()
                evidence.add_marks(ledger.day_bit(index), sign[:1], sign[-1:])

    def _check_ins(self):
        for row in rows("check_ins.xlsx"):
            day, minute = business_day(row["时间"].replace(tzinfo=SHANGHAI))
            evidence, index = self.evidence(row["身份证号"], day)
            evidence.add_check_in(ledger.day_bit(index), minute, outside=False, late=False)

    def _leaves(self):
        for row in rows("leaves.xlsx"):
            back = as_date(row["销假时间"] or None)
            begins, ends = half_and_day(row["开始时间"]), half_and_day(row["结束时间"])
            span = covered(Span(*begins, *ends), back)
            for day, half in span.halves():
                evidence, index = self.evidence(row["身份证号"], day)
                evidence.leave |= ledger.half_bit(index, half)
            for day in overdue_days(ends[0], back, TODAY):
                evidence, index = self.evidence(row["身份证号"], day)
                evidence.overdue |= ledger.day_bit(index)

    def _spot_checks(self):
        for number, row in enumerate(rows("spot_checks.xlsx")):
            at = row["抽查时间"]
            evidence, index = self.evidence(row["身份证号"], at.date())
            half = ledger.half_bit(index, "am" if at.hour < 12 else "pm")
            minute = at.hour * 60 + at.minute
            evidence.add_check(Check(half, minute, METHODS[row["方式"]], RESULTS[row["结果"]], number))


@pytest.mark.parametrize("label", ["2026-W40", "2026-W41", "2026-W42", "2026-W43", "2026-W44"])
def test_sample_month_comes_out_day_by_day_and_point_by_point(label):
    town, expected = Town(), json.loads((MONTH / "expected.json").read_text())
    week = Week.parse(label)
    town.sheet(week)
    days, nights, scores = [], [], {}
    for person, evidence in sorted(town.weeks[week].items()):
        judged = ledger.judge(evidence, sum(ledger.day_bit(i) for i in range(7)))
        if not judged.posted:
            continue
        for line in ledger.day_lines(judged, week.monday):
            days.append((person, line.day.isoformat(), line.required, line.am, line.pm, line.flags))
        nights.append((person, judged.nights_required, judged.nights_kept))
        scores[person] = scoring.score(town.scheme, scoring.happenings(judged, week.monday))
    keys = ("id_number", "date", "required", "am", "pm", "flags")
    assert days == [tuple(day[k] for k in keys) for day in expected["ledger"][label]["days"]]
    assert nights == [(n["id_number"], n["required"], n["kept"]) for n in expected["ledger"][label]["nights"]]
    wanted = {member["id_number"]: member for member in expected["scores"][label]}
    assert scores.keys() == wanted.keys()
    for person, score in scores.items():
        assert score.total == Decimal(wanted[person]["total"])
        for key, dimension in wanted[person]["dimensions"].items():
            mine = score.dimensions[key]
            assert mine.score == Decimal(dimension["score"])
            got = {d.rule: (d.points, d.count) for d in mine.deductions}
            assert got == {rule: (Decimal(p), n) for rule, (p, n) in dimension["deductions"].items()}
