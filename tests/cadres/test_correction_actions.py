"""Asking, answering, taking back: what changes, what stays, who may."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from cadres import proofs
from cadres.actions.clear_proofs import clear_proofs
from cadres.actions.decide_correction import decide_correction, open_proof
from cadres.actions.request_correction import request_correction, withdraw_correction
from cadres.actions.unmask_correction import unmask_correction
from cadres.correction_refusals import (
    AlreadyAsked,
    BadWish,
    CannotApply,
    NothingWanted,
    ProofNotSeen,
    WishDecided,
    WishReasonMissing,
)
from cadres.models import Cadre, CorrectionRequest, Posting
from cadres.proofs import BadProof
from tests.factories import CadreFactory, PostingFactory, UserFactory, id_number, user_with
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AuditEntry, Institution, User

pytestmark = pytest.mark.django_db
CARD = b"\xff\xd8\xff\xe0 card"
AT = timezone.now


@pytest.fixture
def cadre(posting):
    Cadre.objects.filter(pk=posting.cadre_id).update(phone="13800000001", major="林学", sex="男")
    return Cadre.objects.get(pk=posting.cadre_id)


@pytest.fixture
def ask(cadre, member):
    def asking(reason="毕业证为准", **wanted):
        terms = {name: wanted.pop(name) for name in ("posting", "proof") if name in wanted}
        return request_correction(cadre=cadre, wanted=wanted, reason=reason, actor=member, at=AT(), **terms)

    return asking


def decide(wish, actor, *, accept=True, reason=""):
    return decide_correction(request=wish, actor=actor, accept=accept, at=AT(), reason=reason)


class TestAsking:
    def test_each_field_is_a_wish_of_its_own(self, ask, cadre):
        made = ask(major="农学", phone="138 0000 0002", education="本科")
        assert {one.field: (one.value_then, one.value_wanted) for one in made} == {
            "major": ("林学", "农学"),
            "phone": ("13800000001", "13800000002"),
            "education": ("", "大学本科"),
        }
        assert Cadre.objects.get(pk=cadre.pk).major == "林学"

    def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(self, ask):
        with pytest.raises(BadWish) as refused:
            ask(reason=" ", phone="1", major="农学", id_number=id_number(77_077))
        assert set(refused.value.fields) == {"phone", "reason", "proof"}
        assert not CorrectionRequest.objects.exists()

    def test_the_same_field_twice_is_refused_until_the_first_is_settled(self, ask, member):
        (first,) = ask(major="农学")
        with pytest.raises(AlreadyAsked, match=r"专业.*先撤回"):
            ask(major="法学")
        withdraw_correction(request=first, actor=member, at=AT())
        assert len(ask(major="法学")) == 1

    def test_nothing_to_correct_is_said(self, ask):
        with pytest.raises(NothingWanted):
            ask(major=" 林学 ")

    @pytest.mark.parametrize("who", ["clerk", "secretary", "leader", "outsider"])
    def test_only_about_oneself(self, who, request, cadre):
        actor = request.getfixturevalue(who)
        with pytest.raises(OutOfReach):
            request_correction(cadre=cadre, wanted={"major": "农学"}, reason="无", actor=actor, at=AT())

    def test_another_persons_posting_is_no_posting_of_mine(self, ask, tree):
        other = PostingFactory(village=tree.village)
        with pytest.raises(OutOfReach):
            ask(posting=other, position="科长")

    def test_the_trail_keeps_it_masked(self, ask, cadre):
        number = id_number(77_077)
        ask(phone="13800000002")
        ask(id_number=number, proof=CARD)
        told = str(list(AuditEntry.objects.filter(act="correction.requested").values_list("details", flat=True)))
        assert "138****0002" in told
        assert number not in told
        assert "13800000002" not in told


class TestAccepting:
    def test_it_changes_at_once_with_history(self, ask, clerk, cadre):
        (wish,) = ask(major="农学")
        decided = decide(wish, clerk)
        assert (decided.state, decided.decided_by) == ("accepted", clerk)
        stored = Cadre.objects.get(pk=cadre.pk)
        latest = stored.history.first()
        assert (stored.major, latest.history_user, latest.history_change_reason) == ("农学", clerk, "本人申请更正")
        entry = AuditEntry.objects.get(act="correction.accepted")
        assert (entry.actor, entry.details["before"], entry.details["after"]) == (clerk, "林学", "农学")

    def test_a_part_of_what_was_asked_may_be_accepted(self, ask, clerk, cadre):
        major, phone = ask(major="农学", phone="13800000002")
        decide(major, clerk)
        decide(phone, clerk, accept=False, reason="打不通")
        stored = Cadre.objects.get(pk=cadre.pk)
        assert (stored.major, stored.phone) == ("农学", "13800000001")

    def test_refused_when_the_value_has_changed_meanwhile(self, ask, clerk, cadre):
        (wish,) = ask(major="农学")
        Cadre.objects.filter(pk=cadre.pk).update(major="法学")
        with pytest.raises(CannotApply, match="法学"):
            decide(wish, clerk)
        assert Cadre.objects.get(pk=cadre.pk).major == "法学"
        assert CorrectionRequest.objects.get(pk=wish.pk).state == "pending"

    def test_what_is_right_already_is_accepted_without_a_change(self, ask, clerk, cadre):
        (wish,) = ask(major="农学")
        Cadre.objects.filter(pk=cadre.pk).update(major="农学")
        versions = cadre.history.count()
        assert decide(wish, clerk).state == "accepted"
        assert cadre.history.count() == versions

    def test_decided_once(self, ask, clerk, secretary):
        (wish,) = ask(major="农学")
        decide(wish, clerk)
        for accept in (True, False):
            with pytest.raises(WishDecided):
                decide(wish, secretary, accept=accept, reason="再看")

    def test_the_account_is_called_as_the_person_is(self, ask, clerk, member):
        name, phone = ask(name="甘 霖", phone="13800000002")
        User.objects.filter(pk=member.pk).update(phone="13800000001")
        decide(name, clerk)
        decide(phone, clerk)
        account = User.objects.get(pk=member.pk)
        assert (account.display_name, account.phone) == ("甘霖", "13800000002")

    def test_a_rejection_says_why(self, ask, clerk):
        (wish,) = ask(major="农学")
        with pytest.raises(WishReasonMissing):
            decide(wish, clerk, accept=False, reason=" ")
        assert decide(wish, clerk, accept=False, reason="与档案不符").decision_reason == "与档案不符"


class TestIdentityNumber:
    @pytest.fixture
    def wish(self, ask):
        return ask(id_number=id_number(77, born="19900215"), proof=CARD)[0]

    def test_it_stays_the_same_person_with_sex_and_birth_month_of_the_number(self, wish, secretary, cadre):
        open_proof(request=wish, actor=secretary)
        decide(wish, secretary)
        stored = Cadre.objects.get(pk=cadre.pk)
        assert (stored.id_number, stored.birth_month) == (wish.value_wanted, "1990-02")

    def test_accepting_needs_the_proof_seen_by_oneself(self, wish, secretary, county):
        open_proof(request=wish, actor=county)
        with pytest.raises(ProofNotSeen):
            decide(wish, secretary)

    def test_whoever_may_not_see_numbers_does_not_decide_about_them(self, wish, clerk):
        for act in (lambda: decide(wish, clerk), lambda: open_proof(request=wish, actor=clerk)):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(NotAllowed):
            unmask_correction(request=wish, actor=clerk)

    def test_a_number_on_file_for_another_is_refused(self, wish, secretary):
        other = CadreFactory(id_number=wish.value_wanted)
        open_proof(request=wish, actor=secretary)
        with pytest.raises(CannotApply) as refused:
            decide(wish, secretary)
        assert other.name not in refused.value.message

    def test_asking_does_not_tell_whether_a_number_is_on_file(self, ask):
        number = CadreFactory().id_number
        assert ask(id_number=number, proof=CARD)[0].state == "pending"


class TestPostings:
    def test_an_institution_is_found_or_made(self, ask, clerk, posting, institution):
        (wish,) = ask(posting=posting, dispatching_institution="县农业农村局")
        decide(wish, clerk)
        stored = Posting.objects.get(pk=posting.pk)
        assert stored.dispatching_institution.name == "县农业农村局"
        (back,) = ask(posting=posting, dispatching_institution="县 财政局")
        decide(back, clerk)
        assert Posting.objects.get(pk=posting.pk).dispatching_institution == institution
        assert Institution.objects.count() == 2

    def test_days_may_be_added_not_taken_away(self, ask, clerk, posting):
        (wish,) = ask(posting=posting, start_date="2026-02-10")
        decide(wish, clerk)
        assert Posting.objects.get(pk=posting.pk).begins == date(2026, 2, 10)
        (later,) = ask(posting=posting, start_date="2026-03-10")
        with pytest.raises(CannotApply, match="调整驻村"):
            decide(later, clerk)

    def test_postings_never_overlap(self, ask, clerk, posting, tree):
        PostingFactory(cadre=posting.cadre, village=tree.other_village, begins=date(2025, 1, 1), ends=date(2026, 2, 15))
        (wish,) = ask(posting=posting, start_date="2026-02-10")
        with pytest.raises(CannotApply, match="重叠"):
            decide(wish, clerk)


class TestWho:
    @pytest.mark.parametrize(
        ("who", "refusal"),
        [
            ("member", OwnMatter), ("leader", OutOfReach), ("squad_leader", OutOfReach), ("outsider", OutOfReach),
            ("institution_officer", OutOfReach), ("auditor", NotAllowed),
        ],
    )  # fmt: skip
    def test_who_may_not(self, who, refusal, request, ask):
        (wish,) = ask(major="农学", proof=CARD)
        actor = request.getfixturevalue(who)
        with pytest.raises(refusal):
            decide(wish, actor)
        if who != "member":
            with pytest.raises(refusal):
                open_proof(request=wish, actor=actor)
        assert CorrectionRequest.objects.get(pk=wish.pk).state == "pending"

    def test_nobody_decides_his_own_though_he_manages_the_roster(self, ask, tree, member):
        (wish,) = ask(major="农学")
        both = user_with("township_clerk", tree.township)
        Cadre.objects.filter(pk=wish.cadre_id).update(user=both)
        with pytest.raises(OwnMatter):
            decide(wish, both)
        assert not CorrectionRequest.objects.to_decide(both).exists()

    def test_a_wish_goes_along_with_the_person(self, ask, clerk, posting, tree, county):
        (wish,) = ask(major="农学")
        Posting.objects.filter(pk=posting.pk).update(ends=timezone.localdate() - timedelta(days=1))
        PostingFactory(cadre=posting.cadre, village=tree.village2, begins=timezone.localdate() - timedelta(days=1))
        with pytest.raises(OutOfReach):
            decide(wish, clerk)
        there = user_with("township_clerk", tree.township2)
        assert decide(wish, there).state == "accepted"

    def test_what_belongs_to_a_posting_stays_where_it_was(self, ask, clerk, posting, tree):
        (wish,) = ask(posting=posting, position="科长")
        transfer_away(posting, tree)
        there = user_with("township_clerk", tree.township2)
        with pytest.raises(OutOfReach):
            decide(wish, there)
        assert decide(wish, clerk).state == "accepted"

    def test_only_oneself_takes_it_back(self, ask, clerk, member):
        (wish,) = ask(major="农学", proof=CARD)
        with pytest.raises(OutOfReach):
            withdraw_correction(request=wish, actor=clerk, at=AT())
        withdraw_correction(request=wish, actor=member, at=AT())
        with pytest.raises(WishDecided):
            decide(wish, clerk)
        with pytest.raises(WishDecided):
            withdraw_correction(request=wish, actor=member, at=AT())


def transfer_away(posting, tree) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Posting.objects.filter(pk=posting.pk).update(ends=yesterday)
    PostingFactory(cadre=posting.cadre, village=tree.village2, begins=yesterday)


class TestProofs:
    @pytest.mark.parametrize(
        ("content", "kind"), [(CARD, "jpg"), (b"\x89PNG\r\n\x1a\nx", "png"), (b"%PDF-1.7 x", "pdf")]
    )
    def test_a_file_is_what_its_content_says(self, content, kind):
        assert proofs.read(proofs.keep(content))[:2] == (content, kind)

    @pytest.mark.parametrize(
        "content",
        [b"", b"<svg onload=alert(1)>", b"<html>%PDF-", b"GIF89a", b"PK\x03\x04", b"MZ", b" " + CARD,
         CARD + b"x" * proofs.LARGEST],
        ids=["empty", "svg", "html", "gif", "zip", "exe", "space first", "large"],
    )  # fmt: skip
    def test_anything_else_is_refused(self, content):
        with pytest.raises(BadProof):
            proofs.keep(content)

    def test_a_refused_proof_leaves_no_wish(self, ask):
        with pytest.raises(BadProof):
            ask(major="农学", proof=b"<html>")
        assert not CorrectionRequest.objects.exists()

    def test_taking_back_deletes_the_proof_when_no_other_wish_has_it(
        self, ask, member, django_capture_on_commit_callbacks
    ):
        first, second = ask(major="农学", education="本科", proof=CARD)
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_correction(request=first, actor=member, at=AT())
        assert default_storage.exists(second.proof)
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_correction(request=second, actor=member, at=AT())
        assert not default_storage.exists(second.proof)

    def test_who_looked_is_kept(self, ask, clerk):
        (wish,) = ask(major="农学", proof=CARD)
        assert open_proof(request=wish, actor=clerk)[0] == CARD
        entry = AuditEntry.objects.get(act="correction.proof_opened")
        assert (entry.actor, entry.details["correction"]) == (clerk, wish.pk)

    def test_no_proof_is_nothing_to_open(self, ask, clerk):
        with pytest.raises(OutOfReach):
            open_proof(request=ask(major="农学")[0], actor=clerk)


def test_an_account_without_a_person_asks_for_nothing(cadre):
    with pytest.raises(OutOfReach):
        request_correction(cadre=cadre, wanted={"major": "农学"}, reason="无", actor=UserFactory(), at=AT())


def test_a_proof_goes_some_time_after_the_last_wish_it_proves_was_answered(
    ask, clerk, django_capture_on_commit_callbacks
):
    first, second = ask(major="农学", education="本科", proof=CARD)
    decide(first, clerk)
    later = AT() + timedelta(days=200)
    with django_capture_on_commit_callbacks(execute=True):
        assert clear_proofs(before=later) == {"proofs": 1}
    assert default_storage.exists(second.proof)
    decide(second, clerk, accept=False, reason="不符")
    with django_capture_on_commit_callbacks(execute=True):
        assert clear_proofs(before=AT() - timedelta(days=1)) == {"proofs": 0}
        assert clear_proofs(before=later) == {"proofs": 1}
    assert not default_storage.exists(second.proof)
    assert CorrectionRequest.objects.filter(state="accepted", proof="").count() == 1
    assert AuditEntry.objects.filter(act="correction.proof_cleared").count() == 2
