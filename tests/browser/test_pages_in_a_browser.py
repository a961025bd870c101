"""What people do all day, in a real browser, on a desk and on a phone."""

import pytest

from attendance.models import CheckIn, LeaveRequest
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

PLACE = {"geolocation": {"latitude": 24.0312, "longitude": 107.5120, "accuracy": 25}, "permissions": ["geolocation"]}
HEADINGS = {
    "county": "样例县",
    "secretary": "大同镇",
    "squad1": "等您审批",
    "leader1": "大同社区工作队",
    "member1": "打卡",
    "dispatch1": "本单位派出人员",
    "auditor": "样例县",
}


def fits(page) -> bool:
    """Nothing sticks out sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_each_role_finds_its_page(visit, size):
    for username, heading in HEADINGS.items():
        page = visit(username, size)
        assert page.get_by_role("heading", name=heading).first.is_visible() or username == "member1"
        assert fits(page), username
        assert page.complaints == [], username


def test_a_member_checks_in_with_one_tap(visit):
    page = visit("member1", PHONE, **PLACE)
    before = CheckIn.objects.count()
    for words in ("请假", "我的得分", "本周考勤表"):
        box = page.locator(".entry", has_text=words).bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"], "above the fold"
    page.get_by_role("button", name="打卡").click()
    page.get_by_text("位置已记下").wait_for()
    made = CheckIn.objects.latest("pk")
    assert CheckIn.objects.count() == before + 1
    assert (round(made.latitude, 4), made.accuracy_m) == (24.0312, 25.0)


def test_without_a_line_the_check_in_waits_on_the_phone(visit):
    page = visit("member1", PHONE, **PLACE)
    before = CheckIn.objects.count()
    page.context.set_offline(offline=True)
    page.get_by_role("button", name="打卡").click()
    page.get_by_text("有 1 次打卡存在手机里").wait_for()
    assert CheckIn.objects.count() == before
    page.context.set_offline(offline=False)
    page.get_by_text("位置已记下").wait_for()
    assert CheckIn.objects.count() == before + 1
    assert page.locator("#queue").is_hidden()


def test_the_page_opens_without_a_line(visit):
    page = visit("member1", PHONE, **PLACE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(offline=True)
    page.reload()
    assert page.get_by_role("button", name="打卡").is_visible()


def test_the_secretary_approves_leave_in_place(visit):
    page = visit("secretary", DESK)
    waiting = LeaveRequest.objects.filter(state="pending").count()
    page.get_by_role("button", name="批准 2 天请假").click()
    page.get_by_text("已批准").first.wait_for()
    assert LeaveRequest.objects.filter(state="pending").count() == waiting - 1


def test_large_letters_need_no_script(browser, visit):
    page = visit("secretary", DESK, java_script_enabled=False)
    page.locator(".top summary", has_text="我的菜单").click()
    page.get_by_role("button", name="改用大字").click()
    assert page.locator("html.large").count() == 1


def test_arrow_keys_walk_the_attendance_grid(visit):
    page = visit("secretary", DESK)
    page.get_by_role("link", name="考勤表").first.click()
    page.locator("[data-grid] tbody th a").first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("[data-grid] tbody tr").nth(1).locator("th a").inner_text()
    assert page.evaluate("document.activeElement.innerText") == second
