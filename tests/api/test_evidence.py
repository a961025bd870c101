"""Check-ins, leave, sheets and spot checks through the API: the same rules as on the pages."""

from datetime import date

import pytest

from attendance.models import CheckIn, LeaveRequest, SpotCheckResult
from cadres.models import Posting
from tests.factories import CadreFactory, PostingFactory

MADE = {"client_id": "手机-1", "made_at": "2026-11-24T08:12:00+08:00", "lat": 23.1, "lon": 108.2, "accuracy_m": 15}


@pytest.fixture
def phone(calling, member):
    return calling(member)


class TestCheckIn:
    def test_a_member_checks_in(self, phone, posting):
        answer = phone.send("check-ins", **MADE)
        assert answer.status_code == 201
        said = answer.json()
        assert (said["posting"]["id"], said["day"], said["late_upload"]) == (posting.pk, "2026-11-24", True)
        assert (said["lat"], said["lon"], said["outside_fence"]) == (23.1, 108.2, False)
        assert said["made_at"] == "2026-11-24T08:12:00+08:00"

    def test_sent_again_it_is_the_same_one(self, phone):
        first = phone.send("check-ins", **MADE)
        again = phone.send("check-ins", **{**MADE, "made_at": "2026-11-24T09:00:00+08:00"})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert CheckIn.objects.count() == 1

    def test_what_chinese_maps_show_is_kept_as_wgs84(self, phone):
        said = phone.send("check-ins", **MADE, datum="GCJ02").json()
        assert 100 < abs(said["lat"] - 23.1) * 111_000 < 900

    def test_the_number_of_another_persons_check_in_is_refused(self, phone, calling, tree, secretary):
        other = PostingFactory(cadre=CadreFactory(name="韦一"), village=tree.other_village)
        assert calling(secretary).send("check-ins", **MADE, posting=other.pk).status_code == 201
        answer = phone.send("check-ins", **MADE)
        assert (answer.status_code, answer.json()["code"]) == (422, "check_in.client_id")
        assert "韦一" not in answer.content.decode()

    def test_the_office_enters_it_as_the_office(self, calling, clerk, posting):
        calling(clerk).send("check-ins", **MADE, posting=posting.pk)
        assert CheckIn.objects.get().source == "office"
        assert CheckIn.objects.get().recorded_by == clerk

    def test_who_is_not_posted_hears_so(self, calling, county):
        answer = calling(county).send("check-ins", **MADE)
        assert (answer.status_code, answer.json()["code"]) == (422, "posting.not_active")

    def test_where_he_stood_is_for_himself_and_the_keepers(self, phone, calling, leader, clerk):
        phone.send("check-ins", **MADE)
        seen = [caller.read("check-ins").json()["items"][0]["lat"] for caller in (phone, calling(clerk))]
        assert seen == [23.1, 23.1]
        assert calling(leader).read("check-ins").json()["items"][0]["lat"] is None

    @pytest.mark.parametrize(
        ("asked", "field", "said"),
        [
            ({"client_id": ""}, "client_id", "至少 1 个字。"),
            ({"client_id": "一\x00二"}, "client_id", "格式不对，或含有不能使用的字符。"),
            ({"client_id": "x" * 81}, "client_id", "最多 80 个字。"),
            ({"made_at": "昨天"}, "made_at", "时间要写成 2026-11-02T08:30:00+08:00 这样。"),
            ({"made_at": "2026-11-24T08:12:00"}, "made_at", "时间要带时区，如 2026-11-02T08:30:00+08:00。"),
            ({"made_at": "0001-01-01T00:00:00+14:00"}, "made_at", "年份要在 2000 到 2099 之间。"),
            ({"lat": "北"}, "lat", "要填数字。"),
            ({"accuracy_m": -1}, "accuracy_m", "不能小于 0。"),
            ({"datum": "BD09"}, "datum", "只能是 'WGS84'、'GCJ02'。"),
            ({"made_at": None}, "made_at", "时间要写成 2026-11-02T08:30:00+08:00 这样。"),
        ],
    )
    def test_a_wrong_field_is_named_in_chinese(self, phone, asked, field, said):
        answer = phone.send("check-ins", **{**MADE, **asked})
        assert answer.status_code == 422
        assert answer.json() == {
            "code": "invalid",
            "message": "提交的内容有误，请按各栏提示修改。",
            "fields": {field: said},
        }

    def test_half_a_point_is_refused_by_the_rule(self, phone):
        answer = phone.send("check-ins", **{**MADE, "lon": None})
        assert (answer.status_code, answer.json()["code"]) == (422, "check_in.coordinates")


class TestLeave:
    ASKED = {"begins_on": "2026-11-25", "ends_on": "2026-11-25", "reason": "看病", "kind": "sick"}

    def test_from_asking_to_coming_back(self, phone, calling, squad_leader):
        asked = phone.send("leaves", **{**self.ASKED, "begins_on": "2026-11-24", "ends_on": "2026-11-24"})
        assert asked.status_code == 201
        said = asked.json()
        assert (said["days"], said["state"], said["awaiting_label"]) == ("1.0", "pending", "分队长")
        decided = calling(squad_leader).send(f"leaves/{said['id']}/approve", reason="早去早回").json()
        assert (decided["state"], decided["approver_name"]) == ("approved", "分队长")
        back = phone.call("POST", f"leaves/{said['id']}/return").json()
        assert back["returned_on"] == "2026-11-24"
        assert [one["outcome_label"] for one in back["decisions"]] == ["批准", "销假"]

    def test_an_act_needs_no_body(self, phone, client, member):
        leave = phone.send("leaves", **self.ASKED).json()["id"]
        client.force_login(member)
        answer = client.generic("POST", f"/api/v1/leaves/{leave}/return")
        assert (answer.status_code, answer.json()["code"]) == (422, "leave.already_decided")

    def test_rejecting_says_why(self, phone, calling, squad_leader):
        leave = phone.send("leaves", **self.ASKED).json()["id"]
        caller = calling(squad_leader)
        answer = caller.send(f"leaves/{leave}/reject")
        assert (answer.status_code, answer.json()["code"]) == (422, "reason.required")
        assert caller.send(f"leaves/{leave}/reject", reason="防汛").json()["state"] == "rejected"

    def test_nobody_decides_his_own(self, phone):
        leave = phone.send("leaves", **self.ASKED).json()["id"]
        answer = phone.send(f"leaves/{leave}/approve")
        assert (answer.status_code, answer.json()["code"]) == (403, "own_matter")

    def test_the_stranger_cannot_tell_that_it_exists(self, phone, calling, outsider):
        leave = phone.send("leaves", **self.ASKED).json()["id"]
        caller = calling(outsider)
        there, nowhere = caller.read(f"leaves/{leave}"), caller.read("leaves/999999")
        assert there.json() == nowhere.json()
        assert there.status_code == 404

    def test_a_leave_of_years_is_refused(self, phone):
        answer = phone.send("leaves", **{**self.ASKED, "ends_on": "2099-01-01"})
        assert answer.status_code == 422
        assert "一次请假不能超过一年，请核对日期。" in answer.json()["fields"].values()

    @pytest.mark.parametrize(("show", "found"), [("pending", 1), ("away", 0), ("overdue", 0), ("all", 1)])
    def test_lists(self, phone, show, found):
        phone.send("leaves", **self.ASKED)
        assert len(phone.read("leaves", show=show).json()["items"]) == found

    def test_an_unknown_list_is_refused(self, phone):
        answer = phone.read("leaves", show="全")
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["show"])

    def test_of_another_persons_leave_nobody_asks_for_more(self, phone, calling, tree, clerk):
        other = PostingFactory(cadre=CadreFactory(name="韦一"), village=tree.other_village)
        leave = calling(clerk).send("leaves", **self.ASKED, posting=other.pk).json()["id"]
        assert phone.send("leaves", **self.ASKED, extends=leave).status_code == 404
        assert LeaveRequest.objects.filter(posting__cadre__name="甘雨").count() == 0


class TestSheetsAndChecks:
    def test_the_leader_signs_once(self, calling, leader, things):
        caller = calling(leader)
        said = caller.send(f"weekly-sheets/{things['sheet']}/sign").json()
        assert (said["leader_signed_by"], said["people_marked"]) == ("队长", 1)
        assert [(one["day"], one["am"]) for one in said["marks"]] == [("2026-11-23", "√")]
        assert caller.send(f"weekly-sheets/{things['sheet']}/sign").json() == said

    def test_a_draw_names_people_without_their_numbers(self, calling, secretary, tree, posting):
        answer = calling(secretary).send("spot-checks/draw", unit=tree.township.division_code, seed="七")
        said = answer.json()
        assert answer.status_code == 201
        assert [(one["posting"], one["cadre"]["name"]) for one in said["people"]] == [(posting.pk, "甘雨")]
        assert posting.cadre.id_number not in answer.content.decode()
        assert said["villages"] == [{"code": "459901101201", "name": "大同村"}]

    def test_a_finding_belongs_to_its_draw(self, calling, secretary, tree, posting):
        caller = calling(secretary)
        draw = caller.send("spot-checks/draw", unit=tree.township.division_code).json()["id"]
        answer = caller.send(f"spot-checks/{draw}/results", posting=posting.pk, finding="absent", note="无人")
        assert answer.status_code == 201
        assert SpotCheckResult.objects.get().check_round_id == draw
        assert caller.read(f"spot-checks/{draw}").json()["results"] == [answer.json()]

    def test_whoever_was_not_drawn_is_not_recorded_under_it(self, calling, secretary, things, tree):
        other = PostingFactory(cadre=CadreFactory(name="韦一"), village=tree.other_village)
        answer = calling(secretary).send(f"spot-checks/{things['check']}/results", posting=other.pk, finding="absent")
        assert (answer.status_code, answer.json()["code"]) == (422, "spot_check.not_drawn")
        assert not SpotCheckResult.objects.exists()

    def test_nobody_posted_nothing_to_draw(self, calling, secretary, tree):
        answer = calling(secretary).send("spot-checks/draw", unit=tree.township.division_code, day="2020-01-01")
        assert (answer.status_code, answer.json()["code"]) == (422, "spot_check.nobody")

    def test_the_posting_may_have_ended(self, calling, secretary, things, posting):
        Posting.objects.filter(pk=posting.pk).update(ends=date(2026, 11, 1))
        answer = calling(secretary).send(f"spot-checks/{things['check']}/results", posting=posting.pk, finding="absent")
        assert (answer.status_code, answer.json()["code"]) == (422, "posting.not_active")
