"""A paper about a month calls a place what it was called then."""

from datetime import date

import pytest
import time_machine

from reports.notices import attendance_notice
from townships.actions.rename_unit import rename_unit
from townships.periods import Month


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=False):
        yield


def test_the_notice_of_an_earlier_month_has_the_old_names(tree, county, posting):
    today = date(2026, 11, 24)
    rename_unit(unit=tree.village, name="大新社区", day=date(2026, 11, 10), actor=county)
    rename_unit(unit=tree.township, name="大新镇", day=date(2026, 11, 10), actor=county)
    tree.township.refresh_from_db()
    tree.county.refresh_from_db()
    for month, town, village in (("2026-10", "大同镇", "大同村"), ("2026-11", "大新镇", "大新社区")):
        notice = attendance_notice(unit=tree.township, month=Month.parse(month), today=today)
        assert (notice.unit, [row.village for row in notice.rows]) == (town, [village])
        wide = attendance_notice(unit=tree.county, month=Month.parse(month), today=today)
        assert [row.village for row in wide.rows] == [town + village]
