"""One's own data and wishes to have it corrected, as a program asks for them."""

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import CheckIn
from cadres.models import Cadre, CorrectionRequest
from tests.api.conftest import NOON
from tests.factories import PostingFactory, UserFactory, id_number
from townships.models import AuditEntry

CARD = base64.b64encode(b"\xff\xd8\xff card").decode()


@pytest.fixture
def asked(calling, member, posting):
    answer = calling(member).send("me/corrections", wanted={"major": "农学"}, reason="毕业证为准")
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()[0]


class TestOwnData:
    def test_everything_by_part_and_key(self, calling, things, member):
        answer = calling(member).read("me/data").json()
        parts = {part["key"]: part for part in answer["parts"]}
        assert answer["name"] == "甘雨"
        assert parts["leaves"]["rows"][0]["reason"] == "家中有事"
        assert parts["scores"]["rows"][0]["total"] == "100.00"
        assert parts["check_ins"]["columns"]["made_at"] == "打卡时间"
        assert len(parts["check_ins"]["rows"]) == 1

    def test_the_number_is_whole_only_when_asked_for(self, calling, posting, member):
        caller = calling(member)
        assert posting.cadre.id_number not in caller.read("me/data").content.decode()
        assert posting.cadre.id_number in caller.read("me/data", whole=True).content.decode()
        assert AuditEntry.objects.filter(act="own_data.exported").count() == 2
        assert AuditEntry.objects.get(act="identity.viewed").details == {"cadre": posting.cadre_id, "own": True}

    @pytest.mark.parametrize("who", ["institution_officer", "auditor", "county"])
    def test_an_account_without_a_person_gets_the_account(self, calling, who, request, posting):
        parts = calling(request.getfixturevalue(who)).read("me/data").json()["parts"]
        assert [part["key"] for part in parts] == ["account", "appointments", "tokens", "logins"]

    def test_a_long_history_costs_what_a_short_one_does(self, calling, posting, member):
        caller = calling(member)
        caller.read("me")  # the token notes its first use of the day

        def cost(count: int) -> int:
            start = CheckIn.objects.count()
            CheckIn.objects.bulk_create(
                CheckIn(
                    posting=posting, client_id=f"c{start + n}", made_at=NOON, received_at=NOON, day=NOON.date(), minute=1
                )
                for n in range(count)
            )  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                assert caller.read("me/data").status_code == 200
            return len(captured)

        assert cost(1) == cost(300)


class TestAsking:
    def test_a_wish_a_field(self, calling, asked, member):
        listed = calling(member).read("me/corrections").json()["items"]
        assert listed == [asked]
        assert (asked["field"], asked["field_label"], asked["wanted"], asked["state"]) == (
            "major", "专业", "农学", "pending",
        )  # fmt: skip

    def test_what_is_wrong_is_told_by_field(self, calling, member, posting):
        wanted = {"phone": "1", "sex": "不知", "village": "龙塘村", "id_number": id_number(77_077)}
        answer = calling(member).send("me/corrections", wanted=wanted, reason="无")
        assert answer.status_code == 422
        assert set(answer.json()["fields"]) == {"phone", "sex", "village", "proof"}
        for bad in ({"wanted": {}}, {"wanted": {"major": "x" * 300}}, {"proof": "不是"}, {"reason": ""}):
            sent = {"wanted": {"major": "农学"}, "reason": "无", **bad}
            assert calling(member).send("me/corrections", **sent).status_code == 422
        assert not CorrectionRequest.objects.exists()

    def test_about_a_posting_of_ones_own(self, calling, member, posting, tree):
        caller = calling(member)
        wanted = {"position": "科长"}
        assert caller.send("me/corrections", wanted=wanted, reason="无", posting=posting.pk).status_code == 201
        other = PostingFactory(village=tree.village)
        for wrong in (other.pk, 99_999_999):
            assert caller.send("me/corrections", wanted=wanted, reason="无", posting=wrong).status_code == 404

    def test_an_account_without_a_person_has_nothing_to_correct(self, calling, db):
        caller = calling(UserFactory())
        assert caller.send("me/corrections", wanted={"major": "农学"}, reason="无").status_code == 404
        assert caller.read("me/corrections").json()["items"] == []

    def test_taking_it_back(self, calling, asked, member, secretary):
        assert calling(secretary).send(f"corrections/{asked['id']}/withdraw").status_code == 404
        assert calling(member).send(f"corrections/{asked['id']}/withdraw").json()["state"] == "withdrawn"


class TestAnswering:
    STATUSES = (
        ("county", 200), ("secretary", 200), ("clerk", 200), ("squad_leader", 404), ("leader", 404), ("auditor", 403),
        ("institution_officer", 404), ("member", 403), ("outsider", 404),
    )  # fmt: skip

    @pytest.mark.parametrize(("who", "status"), STATUSES)
    def test_who_may(self, calling, cast, asked, who, status, posting):
        answer = calling(cast[who]).send(f"corrections/{asked['id']}/accept")
        assert answer.status_code == status
        assert (Cadre.objects.get(pk=posting.cadre_id).major == "农学") is (status == 200)

    def test_rejecting_says_why(self, calling, asked, clerk):
        caller = calling(clerk)
        assert caller.send(f"corrections/{asked['id']}/reject").json()["code"] == "correction.reason"
        assert caller.send(f"corrections/{asked['id']}/reject", reason="不符").json()["decision_reason"] == "不符"
        assert caller.send(f"corrections/{asked['id']}/accept").json()["code"] == "correction.already_decided"

    def test_a_number_needs_its_proof_opened(self, calling, member, secretary, clerk, posting):
        number = id_number(77_077)
        sent = calling(member).send("me/corrections", wanted={"id_number": number}, reason="录错", proof=CARD).json()[0]
        assert number not in str(sent)
        address = f"corrections/{sent['id']}"
        assert calling(clerk).read(f"{address}/proof").status_code == 403
        caller = calling(secretary)
        assert caller.send(f"{address}/accept").json()["code"] == "correction.proof_not_seen"
        proof = caller.read(f"{address}/proof")
        assert (proof.content, proof["Content-Type"]) == (b"\xff\xd8\xff card", "image/jpeg")
        assert caller.send(f"{address}/accept").json()["state"] == "accepted"
        assert Cadre.objects.get(pk=posting.cadre_id).id_number == number

    def test_the_list_is_of_the_unit_and_state(self, calling, asked, clerk, tree, leader):
        caller = calling(clerk)
        assert [one["id"] for one in caller.read("corrections", state="pending").json()["items"]] == [asked["id"]]
        assert caller.read("corrections", state="accepted").json()["items"] == []
        other = tree.other_village.division_code
        assert caller.read("corrections", unit=other).json()["items"] == []
        assert caller.read("corrections", unit=tree.village2.division_code).status_code == 404
        assert calling(leader).read("corrections").json()["items"] == []
