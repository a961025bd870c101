"""我的资料 and 更正申请 as members and offices see them."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import CheckIn, LeaveRequest, SheetMark, WeeklySheet
from cadres import proofs
from cadres.models import Cadre, CorrectionRequest, Posting, Talk
from reports.actions.compile_bulletin import compile_bulletin
from reports.models import Bulletin, ScoreChange, WeeklyScore
from reports.own_parts import parts_of
from tests.factories import CadreFactory, PostingFactory, UserFactory, id_number
from tests.factories.scores import OCTOBER, score_week_of
from tests.leaks.world import SECRET, fill
from townships import audit
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db
CARD = b"\x89PNG\r\n\x1a\n card"
ASK = "/my/corrections/new/"


@pytest.fixture
def me(client, posting, member):
    Cadre.objects.filter(pk=posting.cadre_id).update(major="林学", phone="13800000001")
    client.force_login(member)
    return client


def wish(cadre, field="major", wanted="农学", **fields) -> CorrectionRequest:
    terms = {"value_then": getattr(cadre, field, ""), "reason": "毕业证为准", "requested_at": timezone.now()}
    return CorrectionRequest.objects.create(cadre=cadre, field=field, value_wanted=wanted, **{**terms, **fields})


def said(response) -> str:
    return response.content.decode()


class TestMyData:
    def test_the_number_is_masked_until_he_taps_which_is_kept(self, me, posting):
        number = posting.cadre.id_number
        assert number not in said(me.get("/my/data/"))
        assert not AuditEntry.objects.filter(act="identity.viewed").exists()
        assert number in said(me.post("/my/data/"))
        entry = AuditEntry.objects.get(act="identity.viewed")
        assert entry.details == {"cadre": posting.cadre_id, "own": True}

    def test_his_page_masks_him_too_until_he_taps(self, me, posting):
        address = reverse("reports:person_tab", args=[posting.cadre_id, "facts"])
        assert posting.cadre.id_number not in said(me.get(address))
        assert posting.cadre.id_number in said(me.post(address))
        assert AuditEntry.objects.filter(act="identity.viewed").count() == 1

    def test_everything_is_there_old_postings_too(self, me, posting, tree, secretary):
        fill(posting, actor=secretary)
        PostingFactory(cadre=posting.cadre, village=tree.other_village, begins=date(2025, 1, 1), ends=date(2025, 6, 1))
        page = said(me.get("/my/data/"))
        assert "龙塘村" in page
        parts = {each.key: each for each in parts_of(posting.cadre.user, whole=False)}
        filled = {key for key, each in parts.items() if each.rows}
        assert filled >= {
            "person", "postings", "teams", "scores", "score_changes", "manual_items", "leaves", "decisions", "trips",
            "check_ins", "marks", "findings", "reviews", "meetings", "talks", "corrections", "changes", "account",
        }  # fmt: skip
        assert SECRET in str(parts["talks"].rows)

    def test_the_copy_holds_what_lies_beyond_his_reach_too(self, client, me, posting, tree, secretary, member):
        """What is his is his wherever it is kept: also behind the second wall."""
        fill(posting, actor=secretary)
        ScoreChange.objects.all().delete()
        WeeklyScore.objects.all().delete()
        for week in OCTOBER.weeks:
            score_week_of(posting, str(week))
        _published(tree, secretary)
        client.force_login(secretary)
        client.post(reverse("reports:person", args=[posting.cadre_id]))
        client.get(reverse("cadres:people_export", args=[tree.township.division_code]))
        client.force_login(member)
        audit.record(actor=member, act="account.logged_in", subject="甘雨")
        parts = client.get("/api/v1/me/data").json()["parts"]
        assert {part["key"] for part in parts if part["rows"]} >= {
            "person", "postings", "teams", "bulletins", "meetings", "decisions", "looks", "changes", "logins",
        }  # fmt: skip

    def test_nothing_of_anybody_else_is_in_it(self, me, posting, tree, secretary):
        other = PostingFactory(cadre=CadreFactory(name="韦丙丁"), village=tree.village)
        fill(other, actor=secretary)
        for each in parts_of(posting.cadre.user, whole=True):
            rest = str(each.rows).replace(f"工作队{SECRET}", "")
            assert SECRET not in rest, each.key
            assert other.cadre.name not in rest
            assert other.cadre.id_number not in rest

    def test_who_looked_at_his_number_and_took_a_roster_is_told(self, client, posting, secretary, member, tree):
        namesake = PostingFactory(cadre=CadreFactory(name=posting.cadre.name), village=tree.village)
        client.force_login(secretary)
        client.post(reverse("reports:person", args=[posting.cadre_id]))
        client.post(reverse("reports:person", args=[namesake.cadre_id]))
        client.get(reverse("cadres:people_export", args=[tree.township.division_code]))
        looks = next(each for each in parts_of(member, whole=False) if each.key == "looks")
        assert [row[1:3] for row in looks.rows] == [("书记", "导出花名册"), ("书记", "查看完整号码")]

    def test_a_line_of_a_published_bulletin_is_his_alone(self, posting, tree, member, secretary):
        for week in OCTOBER.weeks:
            score_week_of(posting, str(week))
        other = PostingFactory(cadre=CadreFactory(name="韦丙丁"), village=tree.village)
        for week in OCTOBER.weeks:
            score_week_of(other, str(week), lost=2)
        from_october = _published(tree, secretary)
        lines = next(each for each in parts_of(member, whole=False) if each.key == "bulletins").rows
        assert [row[:3] for row in lines] == [("2026-10", "大同镇", from_october.revision)]

    def test_changes_tell_who_and_what(self, posting, member, secretary):
        cadre = posting.cadre
        cadre.major, cadre._history_user, cadre._change_reason = "农学", secretary, "导入花名册 名单.xlsx"
        cadre.save()
        changes = next(each for each in parts_of(member, whole=False) if each.key == "changes").rows
        assert ("书记", "导入花名册 名单.xlsx", "个人资料", "专业", "", "农学") in [row[1:] for row in changes]

    @pytest.mark.parametrize("who", ["institution_officer", "auditor", "clerk", "county"])
    def test_who_is_on_no_roster_has_his_account_alone(self, who, request, posting, client):
        user = request.getfixturevalue(who)
        assert [each.key for each in parts_of(user, whole=True)] == ["account", "appointments", "tokens", "logins"]
        client.force_login(user)
        page = said(client.get("/my/data/"))
        assert posting.cadre.name not in page
        assert "申请更正" not in page

    def test_a_long_history_costs_what_a_short_one_does(self, me, posting):
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert me.get("/my/data/").status_code == 200
            return len(captured)

        _history(posting, 1)
        few = cost()
        _history(posting, 80)
        assert cost() == few
        assert few <= 50


def _published(tree, actor):
    draft = compile_bulletin(unit=tree.township, month=OCTOBER, now=timezone.now())
    Bulletin.objects.filter(pk=draft.pk).update(status="published", published_at=timezone.now(), published_by=actor)
    return Bulletin.objects.get(pk=draft.pk)


def _history(posting: Posting, count: int) -> None:
    start = CheckIn.objects.count()
    for n in range(start, start + count):
        day = date(2026, 3, 2) + timedelta(days=n)
        sheet, _ = WeeklySheet.objects.get_or_create(unit=posting.village, week=f"2026-W{10 + n // 7:02d}")
        SheetMark.objects.create(sheet=sheet, posting=posting, day=day, am="√", pm="√")
        CheckIn.objects.create(
            posting=posting, client_id=f"c{n}", made_at=timezone.now(), received_at=timezone.now(), day=day, minute=500
        )
        LeaveRequest.objects.create(
            posting=posting, begins_on=day, ends_on=day, days=1, counted_days=1, applied_at=timezone.now()
        )
        Talk.objects.create(posting=posting, held_on=day, talker="书记", reason="提醒")
        wish(posting.cadre, state="rejected")
        posting.cadre.major = f"农学{n}"
        posting.cadre.save()


class TestTheCopy:
    def test_a_sheet_a_kind_with_who_and_when_on_each(self, me, posting, secretary):
        fill(posting, actor=secretary)
        response = me.get("/my/data.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        assert book.sheetnames[:3] == ["个人资料", "派驻", "工作队"]
        for sheet in book:
            last = [row[0] for row in sheet.iter_rows(values_only=True) if row[0]][-1]
            assert last.startswith("导出人：甘雨（本人资料）")
        entry = AuditEntry.objects.get(act="own_data.exported")
        rows = sum(sheet.max_row - 4 if sheet.max_row > 3 else 0 for sheet in book)
        assert entry.details["format"] == "xlsx"
        assert entry.details["rows"] > 18
        assert rows

    def test_the_number_is_whole_only_when_asked_for_which_is_kept(self, me, posting):
        def cells(**query) -> str:
            book = openpyxl.load_workbook(io.BytesIO(me.get("/my/data.xlsx", query).content))
            return str([list(sheet.values) for sheet in book])

        assert posting.cadre.id_number not in cells()
        assert not AuditEntry.objects.filter(act="identity.viewed").exists()
        assert posting.cadre.id_number in cells(whole="1")
        assert AuditEntry.objects.get(act="identity.viewed").details["own"] is True

    def test_what_looks_like_a_formula_is_text(self, me, posting):
        Talk.objects.create(posting=posting, held_on=date(2026, 11, 3), talker="书记", reason="=1+1")
        book = openpyxl.load_workbook(io.BytesIO(me.get("/my/data.xlsx").content))
        cell = next(cell for row in book["谈话"].iter_rows() for cell in row if cell.value == "=1+1")
        assert (cell.data_type, cell.quotePrefix) == ("s", True)


class TestAskingOnThePage:
    def test_from_the_item_to_the_list(self, me, posting):
        page = said(me.get("/my/data/"))
        assert "/my/corrections/new/?field=major" in page
        assert "林学" in said(me.get(ASK, {"field": "major"}))
        answer = me.post(ASK, {"field": "major", "major": "农学", "reason": "毕业证为准"}, follow=True)
        assert "林学 → 农学" in said(answer)
        assert CorrectionRequest.objects.get().cadre_id == posting.cadre_id

    def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(self, me):
        answer = me.post(ASK, {"field": "phone", "phone": "123", "major": "农学", "reason": "换号"})
        assert answer.status_code == 200
        assert "11 位手机号" in said(answer)
        assert 'value="123"' in said(answer)
        assert "农学" in said(answer)
        assert not CorrectionRequest.objects.exists()

    def test_a_posting_of_his_own(self, me, posting, tree):
        other = PostingFactory(village=tree.village)
        assert "县财政局" in said(me.get(ASK, {"posting": posting.pk, "field": "dispatching_institution"}))
        for wrong in (other.pk, 99_999_999, "x", "9" * 30):
            assert me.get(ASK, {"posting": wrong}).status_code == 404
            assert me.post(ASK, {"posting": wrong, "position": "科长", "reason": "无"}).status_code == 404

    def test_the_number_is_not_in_the_form(self, me, posting):
        page = said(me.get(ASK, {"field": "id_number"}))
        assert posting.cadre.id_number not in page
        assert posting.cadre.masked_id_number in page

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd.png", "身份证.png.exe", "<script>.png", "a\x00.png", "x" * 300 + ".png", ".png"]
    )
    def test_the_name_of_a_proof_is_never_used(self, me, name):
        file = SimpleUploadedFile(name, CARD, content_type="text/html")
        answer = me.post(ASK, {"field": "id_number", "id_number": id_number(77_077), "reason": "录错", "proof": file})
        assert answer.status_code == 302
        kept = CorrectionRequest.objects.get()
        assert kept.proof.startswith("proofs/")
        assert kept.proof.endswith(".png")
        proof = me.get(reverse("cadres:correction_proof", args=[kept.pk]))
        assert (proof.content, proof["Content-Type"]) == (CARD, "image/png")
        assert proof["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "script" not in proof["Content-Disposition"]

    @pytest.mark.parametrize("content", [b"<svg/>", b"<html>", b"MZ\x90", b"\xff\xd8\xff" + b"x" * 6_000_000])
    def test_a_file_that_is_no_proof_is_refused_in_words(self, me, content):
        file = SimpleUploadedFile("证明.png", content, content_type="image/png")
        answer = me.post(ASK, {"field": "major", "major": "农学", "reason": "录错", "proof": file})
        assert "重新上传" in said(answer)
        assert not CorrectionRequest.objects.exists()

    def test_what_no_form_has_is_not_taken_over(self, me, posting):
        me.post(ASK, {"major": "农学", "reason": "无", "state": "accepted", "cadre": 1, "user": 1, "team_role": "队长"})
        kept = CorrectionRequest.objects.get()
        assert (kept.state, kept.cadre_id, kept.field) == ("pending", posting.cadre_id, "major")

    def test_markup_is_text(self, me, client, secretary, tree):
        me.post(ASK, {"major": "<b>农学</b>", "reason": "<script>alert(1)</script>"})
        client.force_login(secretary)
        page = said(client.get(reverse("cadres:corrections", args=[tree.township.division_code])))
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page

    def test_an_account_without_a_person_is_told_so(self, client):
        client.force_login(UserFactory())
        assert "没有花名册资料" in said(client.get("/my/corrections/"))
        assert client.get(ASK).status_code == 302

    def test_the_answer_is_news_on_the_first_page(self, me, posting):
        wish(posting.cadre, state="rejected", decided_at=timezone.now(), decision_reason="与档案不符")
        assert "没有采纳：与档案不符" in said(me.get(reverse("attendance:check_in")))
        CorrectionRequest.objects.update(decided_at=timezone.now() - timedelta(days=8))
        assert "与档案不符" not in said(me.get(reverse("attendance:check_in")))


class TestTheOffice:
    @pytest.fixture
    def address(self, tree):
        return reverse("cadres:corrections", args=[tree.township.division_code])

    def test_it_waits_on_the_first_page_and_is_answered_in_place(self, client, clerk, posting, tree, address):
        one = wish(posting.cadre)
        client.force_login(clerk)
        home = said(client.get(reverse("reports:unit", args=[tree.township.division_code])))
        assert "有 1 条资料更正申请等您核对" in home
        assert address in home
        assert "采纳并更正" in said(client.get(address))
        decide = reverse("cadres:correction_decide", args=[one.pk])
        answer = client.post(decide, {"outcome": "approve", "next": address}, follow=True)
        assert "已更正" in said(answer)
        assert Cadre.objects.get(pk=posting.cadre_id).major == "农学"
        assert "更正申请等您核对" not in said(client.get(reverse("reports:unit", args=[tree.township.division_code])))

    def test_filters_and_search(self, client, clerk, posting, tree, address):
        wish(posting.cadre)
        other = PostingFactory(cadre=CadreFactory(name="韦丙丁"), village=tree.other_village)
        wish(other.cadre, state="rejected", decision_reason="不符")
        client.force_login(clerk)
        assert "韦丙丁" not in said(client.get(address))
        assert "韦丙丁" in said(client.get(address, {"show": "rejected"}))
        assert "甘雨" not in said(client.get(address, {"show": "all", "q": "韦"}))
        village = reverse("cadres:corrections", args=[tree.other_village.division_code])
        assert "甘雨" not in said(client.get(village, {"show": "all"}))

    def test_numbers_are_masked_until_whoever_may_asks(self, client, clerk, secretary, posting, address):
        number = id_number(77_077)
        one = wish(posting.cadre, "id_number", number)
        wish(posting.cadre, "phone", "13900000009", value_then="13800000001")
        client.force_login(clerk)
        page = said(client.get(address))
        assert number not in page
        assert "13800000001" not in page
        assert "13900000009" in page
        assert "由能看完整号码的人办理" in page
        assert client.post(address, {"number": one.pk}).status_code == 403
        client.force_login(secretary)
        assert number not in said(client.get(address))
        assert number in said(client.post(address, {"number": one.pk}))
        assert AuditEntry.objects.get(act="identity.viewed").details["cadre"] == posting.cadre_id

    def test_forged_numbers_open_nothing(self, client, outsider, clerk, posting, tree, address):
        one = wish(posting.cadre, "id_number", id_number(77_077), proof="proofs/x.png")
        client.force_login(outsider)
        theirs = reverse("cadres:corrections", args=[tree.township2.division_code])
        assert client.post(theirs, {"number": one.pk}).status_code == 404
        for name in ("decide", "withdraw"):
            assert client.post(reverse(f"cadres:correction_{name}", args=[one.pk])).status_code == 404
        assert client.get(reverse("cadres:correction_proof", args=[one.pk])).status_code == 404
        assert client.get(address).status_code == 404
        assert CorrectionRequest.objects.get().state == "pending"

    def test_what_lies_in_another_county_stands_in_the_way_too(self, client, secretary, posting, tree):
        """Nothing of it is told, but for that it is there: also behind the second wall."""
        number, away = id_number(77_077), PostingFactory(village=tree.village2)
        Cadre.objects.filter(pk=away.cadre_id).update(id_number=number)
        PostingFactory(cadre=posting.cadre, village=tree.village2, begins=date(2025, 1, 1), ends=date(2026, 2, 15))
        taken = wish(posting.cadre, "id_number", number, proof=proofs.keep(CARD), value_then=posting.cadre.id_number)
        early = wish(posting.cadre, "start_date", "2026-02-10", posting=posting, value_then="2026-03-01")
        client.force_login(secretary)
        client.get(reverse("cadres:correction_proof", args=[taken.pk]))
        for one, why in ((taken, "已在系统里登记"), (early, "重叠")):
            decide = reverse("cadres:correction_decide", args=[one.pk])
            page = said(client.post(decide, {"outcome": "approve"}, follow=True))
            assert why in page
            assert "邻村" not in page
        assert set(CorrectionRequest.objects.values_list("state", flat=True)) == {"pending"}

    def test_a_clerk_adds_an_institution_to_the_countys_directory(self, client, clerk, posting, tree):
        one = wish(posting.cadre, "dispatching_institution", "县农业农村局", posting=posting, value_then="县财政局")
        client.force_login(clerk)
        client.post(reverse("cadres:correction_decide", args=[one.pk]), {"outcome": "approve"})
        institution = Posting.objects.get(pk=posting.pk).dispatching_institution
        assert (institution.name, institution.unit) == ("县农业农村局", tree.county)

    def test_a_colleague_of_the_village_sees_none_of_it(self, client, posting, tree):
        one = wish(posting.cadre, proof="proofs/x.png")
        other = PostingFactory(cadre=CadreFactory(user=UserFactory()), village=tree.village)
        client.force_login(other.cadre.user)
        assert client.get(reverse("cadres:correction_proof", args=[one.pk])).status_code == 404
        assert client.post(reverse("cadres:correction_withdraw", args=[one.pk])).status_code == 404
        assert "农学" not in said(client.get("/my/corrections/"))

    def test_the_list_costs_the_same_for_many(self, client, clerk, posting, tree, address):
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            return len(captured)

        client.force_login(clerk)
        wish(posting.cadre)
        cost()
        few = cost()
        for n in range(30):
            wish(PostingFactory(village=tree.village).cadre, wanted=f"农学{n}")
        assert cost() == few
