"""Two people act on one leave, or one person on two phones, at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from django.db import connection, connections

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.check_in import check_in
from attendance.actions.decide_leave import decide_leave
from attendance.actions.import_check_ins import import_check_ins
from attendance.actions.mark_sheet import NewMark, mark_days
from attendance.models import CheckIn, LeaveDecision, LeaveRequest, SheetMark
from tests.attendance.files import xlsx
from tests.factories import user_with
from townships.errors import Refused
from townships.periods import SHANGHAI

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
NOW = datetime(2026, 11, 4, 9, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 4)


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer; two at once can only be tried on PostgreSQL")


def at_once(*acts) -> list[str]:
    """Run all acts in threads started together; the name of what each returned or was refused with."""
    barrier = Barrier(len(acts))

    def run(act) -> str:
        try:
            barrier.wait(timeout=10)
            return type(act()).__name__
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(future.result(timeout=30) for future in [pool.submit(run, act) for act in acts])


def ask(posting, **fields) -> LeaveRequest:
    fields = {"kind": "personal", "begins_on": TODAY, "ends_on": TODAY, **fields}
    return apply_for_leave(posting=posting, actor=posting.cadre.user, at=NOW, **fields)


def test_two_approvers_at_once_give_one_decision(tree, posting):
    approvers = [user_with("squad_leader", tree.village) for _ in range(2)]
    leave = ask(posting)
    results = at_once(
        lambda: decide_leave(leave=leave, actor=approvers[0], approve=True, at=NOW),
        lambda: decide_leave(leave=leave, actor=approvers[1], approve=False, reason="防汛", at=NOW),
    )
    assert results == ["AlreadyDecided", "LeaveDecision"]
    leave.refresh_from_db()
    assert LeaveDecision.objects.get().outcome == leave.state


def test_two_halves_asked_for_at_once_see_each_other(tree, posting, secretary, squad_leader):
    at_once(
        lambda: ask(posting, ends_half="am"),
        lambda: ask(posting, begins_half="pm", ends_on=date(2026, 11, 5)),
    )
    assert sorted(LeaveRequest.objects.values_list("counted_days", flat=True))[-1] == 2
    assert "township_secretary" in LeaveRequest.objects.values_list("awaiting_role", flat=True)


def test_the_same_leave_sent_twice_at_once_is_there_once(posting, squad_leader):
    assert at_once(lambda: ask(posting), lambda: ask(posting)) == ["LeaveOverlaps", "LeaveRequest"]


def test_a_check_in_sent_twice_at_once_is_there_once(posting):
    def punch():
        return check_in(posting=posting, client_id="a", made_at=NOW, received_at=NOW, actor=posting.cadre.user)

    assert at_once(punch, punch, punch) == ["CheckIn"] * 3
    assert CheckIn.objects.count() == 1


def test_two_clerks_importing_one_file_at_once(tree, posting):
    content = xlsx(["姓名", "时间"], ["甘雨", "2026-11-03 18:50"])

    def bring():
        return import_check_ins(unit=tree.township, content=content, filename="打卡.xlsx")

    assert at_once(bring, bring) == ["ImportReport"] * 2
    assert CheckIn.objects.count() == 1


def test_two_marks_of_one_day_at_once_leave_one_in_force(posting, leader):
    at_once(
        lambda: mark_days(marks=[NewMark(posting, TODAY, "√", "√")], actor=posting.cadre.user, at=NOW),
        lambda: mark_days(marks=[NewMark(posting, TODAY, "×", "×")], actor=leader, at=NOW),
    )
    assert SheetMark.objects.filter(superseded_at__isnull=True).count() == 1
