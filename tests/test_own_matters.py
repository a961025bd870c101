"""Nobody decides about himself: every action of every app, and whether it decides about a person.

An action that is not in the table fails the first test: who adds one says here how it is refused to the person it is
about, or why it decides about nobody. Rule source: house.md decision 3; handbook, Actors.
"""

import inspect
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.contrib import admin
from django.test import RequestFactory

from attendance.actions.apply_for_leave import apply_for_leave
from attendance.actions.check_in import check_in, void_check_in
from attendance.actions.decide_leave import decide_leave, revoke_leave
from attendance.actions.record_paper_leave import record_paper_leave
from attendance.actions.record_spot_check import record_spot_check, supersede
from attendance.actions.record_trip import record_trip, revoke_trip
from attendance.actions.review_day import review_day
from attendance.actions.transfer import transfer
from attendance.models import CheckIn
from cadres.actions.record_talk import record_talk
from cadres.models import Posting
from reports.actions.add_manual_item import add_manual_item, void_manual_item
from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.publish_bulletin import publish_bulletin
from reports.actions.revise_bulletin import revise_bulletin, withdraw_revision
from tests.factories import CadreFactory, PostingFactory, user_with
from tests.factories.scores import OCTOBER, score_month_of
from townships.actions.appoint import appoint, appoint_all, change_appointment, end_appointment
from townships.actions.delegate import delegate
from townships.actions.first_passwords import give_first_passwords
from townships.actions.second_factor import reset_factor
from townships.errors import NotAllowed, OwnMatter
from townships.history import HistoryNote
from townships.models import Appointment, User
from townships.periods import SHANGHAI

ROOT = Path(__file__).resolve().parent.parent
APPS = ("townships", "cadres", "attendance", "reports")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
TODAY, YESTERDAY, WEEK = NOW.date(), NOW.date() - timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class About:
    """An action that decides about the person of a posting."""

    posting: Posting
    elsewhere: object

    @property
    def user(self) -> User:
        return self.posting.cadre.user

    def appointment(self) -> Appointment:
        return Appointment.objects.own().select_related("unit", "user").get(user=self.user)

    def leave(self, *, approved: bool = False):
        leave = apply_for_leave(
            posting=self.posting, kind="personal", begins_on=TODAY, ends_on=TODAY, actor=self.user, at=NOW
        )
        if approved:
            leave.state = "approved"
            leave.save()
        return leave

    def found(self):
        return record_spot_check(
            posting=self.posting, checked_at=NOW - timedelta(hours=1), method="onsite", finding="absent",
            actor=None, at=NOW,
        )  # fmt: skip

    def trip(self, actor=None):
        return record_trip(postings=[self.posting], begins_on=YESTERDAY, ends_on=YESTERDAY, reason="开会", actor=actor)[
            0
        ]

    def item(self, actor=None):
        return add_manual_item(
            posting=self.posting, day=YESTERDAY, rule="task", points=Decimal(1), reason="迟报", actor=actor, now=NOW
        )

    def check_in(self, actor=None, client_id="一", **fields):
        return check_in(
            posting=self.posting, client_id=client_id, made_at=NOW, received_at=NOW, actor=actor or self.user, **fields
        )

    def draft(self):
        score_month_of(self.posting)
        return compile_bulletin(unit=self.posting.village.parent, month=OCTOBER, now=NOW)

    def published(self):
        return publish_bulletin(unit=self.draft().unit, month=OCTOBER, now=NOW)

    def revision(self):
        return revise_bulletin(unit=self.published().unit, month=OCTOBER, reason="更正", now=NOW)


#: Action → how it is tried by `actor` about a person.
DECIDES = {
    "attendance.check_in.check_in": lambda it, actor: it.check_in(actor, source=CheckIn.Source.OFFICE),
    "attendance.check_in.void_check_in": lambda it, actor: void_check_in(
        check_in=it.check_in(), reason="误打", actor=actor, at=NOW
    ),
    "attendance.decide_leave.decide_leave": lambda it, actor: decide_leave(
        leave=it.leave(), actor=actor, approve=True, at=NOW
    ),
    "attendance.decide_leave.revoke_leave": lambda it, actor: revoke_leave(
        leave=it.leave(approved=True), actor=actor, reason="防汛", at=NOW
    ),
    "attendance.record_paper_leave.record_paper_leave": lambda it, actor: record_paper_leave(
        posting=it.posting, kind="personal", begins_on=YESTERDAY, ends_on=YESTERDAY, approver_name="书记",
        actor=actor, at=NOW,
    ),
    "attendance.record_spot_check.record_spot_check": lambda it, actor: record_spot_check(
        posting=it.posting, checked_at=NOW, method="onsite", finding="present", actor=actor, at=NOW
    ),
    "attendance.record_spot_check.supersede": lambda it, actor: supersede(
        result=it.found(), reason="记错", actor=actor, at=NOW
    ),
    "attendance.record_trip.record_trip": lambda it, actor: it.trip(actor),
    "attendance.record_trip.revoke_trip": lambda it, actor: revoke_trip(trip=it.trip(), reason="取消", actor=actor),
    "attendance.review_day.review_day": lambda it, actor: review_day(
        posting=it.posting, day=YESTERDAY, conclusion="mistaken", note="误记", actor=actor, at=NOW
    ),
    "attendance.transfer.transfer": lambda it, actor: transfer(
        posting=it.posting, village=it.elsewhere, begins=TODAY, actor=actor
    ),
    "cadres.record_talk.record_talk": lambda it, actor: record_talk(
        posting=it.posting, held_on=TODAY, talker="书记", reason="不在岗", actor=actor, today=TODAY
    ),
    "reports.add_manual_item.add_manual_item": lambda it, actor: it.item(actor),
    "reports.add_manual_item.void_manual_item": lambda it, actor: void_manual_item(
        item=it.item(), reason="误记", actor=actor, now=NOW
    ),
    "reports.publish_bulletin.publish_bulletin": lambda it, actor: publish_bulletin(
        unit=it.draft().unit, month=OCTOBER, now=NOW, actor=actor
    ),
    "reports.revise_bulletin.revise_bulletin": lambda it, actor: revise_bulletin(
        unit=it.published().unit, month=OCTOBER, reason="更正", now=NOW, actor=actor
    ),
    "reports.revise_bulletin.withdraw_revision": lambda it, actor: withdraw_revision(
        bulletin=it.revision(), actor=actor
    ),
    "townships.appoint.appoint": lambda it, actor: appoint(
        user=it.user, role="squad_leader", unit=it.posting.village, begins=TODAY, actor=actor
    ),
    "townships.appoint.change_appointment": lambda it, actor: change_appointment(
        appointment=it.appointment(), actor=actor
    ),
    "townships.appoint.end_appointment": lambda it, actor: end_appointment(
        appointment=it.appointment(), ends=TODAY, actor=actor
    ),
    "townships.appoint.appoint_all": lambda it, actor: appoint_all(
        given=[], changed=[it.appointment()], actor=actor, note=HistoryNote(actor=actor, reason="试")
    ),
    "townships.delegate.delegate": lambda it, actor: delegate(
        appointments=[it.appointment()], user=it.user, begins=TODAY, ends=TODAY + WEEK, reason="外出",
        actor=actor, today=TODAY,
    ),
    "townships.first_passwords.give_first_passwords": lambda it, actor: give_first_passwords(
        accounts=User.objects.filter(pk=it.user.pk), actor=actor
    ),
    "townships.second_factor.reset_factor": lambda it, actor: reset_factor(user=it.user, actor=actor),
}  # fmt: skip
#: Whose right the caller has asked: managing accounts, which is never delegated.
RIGHT_ASKED_BEFORE = {"townships.second_factor.reset_factor"}
#: Decisions that need more of a stage: the test that sets it.
ELSEWHERE = {
    "attendance.draw_spot_check.draw_spot_check": "test_nobody_draws_himself",
    "attendance.import_check_ins.import_check_ins": "test_a_row_about_oneself_is_refused",
    "attendance.import_leaves.import_leaves": "test_a_row_about_oneself_is_refused",
    "attendance.import_month_sheet.import_month_sheet": "test_a_row_about_oneself_is_refused",
    "attendance.import_spot_checks.import_spot_checks": "test_a_row_about_oneself_is_refused",
    "attendance.import_weekly_sheet.import_weekly_sheet": "test_a_row_about_oneself_is_refused",
    "cadres.decide_correction.decide_correction": "test_nobody_decides_his_own_though_he_manages_the_roster",
    "cadres.import_accounts.import_accounts": "test_nobody_grants_himself_anything",
    "cadres.import_roster.import_roster": "test_nobody_changes_his_own_row_of_the_roster",
    "cadres.import_talks.import_talks": "test_nobody_brings_in_a_talk_with_himself",
    "cadres.undo_import.undo_import": "test_nobody_takes_back_what_was_written_about_himself",
    "reports.decide_tie.decide_tie": "test_nobody_decides_a_tie_he_is_in",
}
_OWN_ACCOUNT = "about one's own access, asked with one's own password"
_MACHINE = "carries out what another action judges, with that one's rules"
_UNIT = "sets what holds for a whole unit, with its reason and history"
_READS = "shows or writes out, decides nothing"
#: Actions that decide about nobody, each with its reason.
DECIDES_NOTHING = {
    "attendance.apply_for_leave.apply_for_leave": "asks; another decides",
    "attendance.leave_trail.is_own": "says whose a request is",
    "attendance.leave_trail.keep_decision": _MACHINE,
    "attendance.leave_trail.show_contact": _READS,
    "attendance.transfer.transfer_all": _MACHINE,
    "attendance.mark_sheet.mark_days": "one's own signature for one's own days, until the team leader signs; evidence",
    "attendance.mark_sheet.write_marks": _MACHINE,
    "attendance.return_from_leave.return_from_leave": "who is back says so himself, for the day itself and no other",
    "attendance.return_from_leave.cancel_leave": "takes back what he asked for himself",
    "attendance.sign_sheet.sign_as_leader": "attests the team's marks, his own among them; evidence, checked by draws",
    "attendance.sign_sheet.attest": "the village's signature on the same sheet; evidence",
    "cadres.close_accounts.close_accounts": "the schedule closes accounts of people who left",
    "cadres.decide_correction.open_proof": _READS,
    "cadres.decide_correction.require_answering": "asks the right for the act above",
    "cadres.request_correction.request_correction": "asks; another decides",
    "cadres.request_correction.withdraw_correction": "takes back what he asked for himself",
    "cadres.unmask_correction.unmask_correction": _READS,
    "cadres.export_roster.export_roster": _READS,
    "cadres.export_roster.roster_file": _READS,
    "cadres.import_institutions.import_institutions": _UNIT,
    "cadres.import_units.import_units": _UNIT,
    "cadres.open_member_accounts.open_member_accounts": "opens accounts for people who have none",
    "reports.change_units.change_units": "moves everybody of a unit; nobody carries his own appointment along",
    "reports.change_units.require_order": "asks the right for the act above",
    "reports.compile_bulletin.compile_bulletin": "adds up scores by the scheme; publishing decides",
    "reports.compile_bulletin.refresh": _MACHINE,
    "reports.correct_import.correct_columns": "says how a file is read",
    "reports.correct_import.keep_value": "says how a file is read",
    "reports.correct_import.replace_value": "says how a file is read",
    "reports.drop_import.drop_import": "forgets a file that was not written",
    "reports.export_bulletin.export_document": _READS,
    "reports.export_own_data.export_own_data": _READS,
    "reports.export_own_data.own_data_workbook": _READS,
    "reports.judge_import.judge_import": _MACHINE,
    "reports.score_week.score_week": "computes by the scheme from the evidence",
    "reports.set_policy.set_policy": _UNIT,
    "reports.start_import.start_import": _MACHINE,
    "reports.start_import.look_again": _MACHINE,
    "reports.transfer_from_import.transfer_from_import": "calls transfer",
    "reports.publish_bulletin.refuse_own": "the refusal itself",
    "reports.withdraw_change.require_withdrawing": "asks the right for the act below",
    "reports.withdraw_change.withdraw_change": "undoes a change of units for everybody in them",
    "reports.write_import.carry_out": _MACHINE,
    "reports.write_import.write_import": _MACHINE,
    "townships.archive_audit.archive_audit": _MACHINE,
    "townships.change_schedule.change_schedule": _UNIT,
    "townships.change_schedule.run_now": _UNIT,
    "townships.create_unit.create_unit": _UNIT,
    "townships.create_unit.create_units": _UNIT,
    "townships.set_role.restore_role": _UNIT,
    "townships.set_role.retire_role": _UNIT,
    "townships.set_role.set_role": "says what a role is for everybody at a unit, within what its author holds",
    "townships.rename_unit.rename_unit": _UNIT,
    "townships.rename_unit.require_ordering": "asks the right for the act above",
    "townships.succeed_units.succeed_units": _UNIT,
    "townships.delegate.withdraw_delegation": "gives back: the principal, the delegate, or who manages appointments",
    "townships.issue_token.revoke_token": _OWN_ACCOUNT,
    "townships.open_account.open_account": "opens an account for somebody who has none",
}


def acting_functions() -> set[str]:
    """Every public function of an actions folder that is told who acts."""
    found = set()
    for app in APPS:
        for path in (ROOT / app / "actions").glob("*.py"):
            module = import_module(f"{app}.actions.{path.stem}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ != module.__name__ or name.startswith("_"):
                    continue
                parameters = inspect.signature(function).parameters.values()
                if any(one.name == "actor" or one.kind is one.VAR_KEYWORD for one in parameters):
                    found.add(f"{app}.{path.stem}.{name}")
    return found


def test_every_action_stands_in_the_table():
    assert acting_functions() == {*DECIDES, *ELSEWHERE, *DECIDES_NOTHING}


def test_the_other_tests_are_there():
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in ELSEWHERE.values() if f"def {name}(" not in tests] == []


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def posted(user: User, tree) -> About:
    posting = PostingFactory(cadre=CadreFactory(user=user, name=str(user)), village=tree.village)
    return About(
        Posting.objects.select_related("cadre__user", "village__parent").get(pk=posting.pk), tree.other_village
    )


@pytest.mark.django_db
@pytest.mark.parametrize("action", DECIDES)
def test_it_is_refused_to_the_person_it_is_about(tree, county, action):
    """The county's officer may do all of it, and is posted to one of its villages himself."""
    about = posted(county, tree)
    with pytest.raises(OwnMatter):
        DECIDES[action](about, User.objects.get(pk=county.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("action", set(DECIDES) - RIGHT_ASKED_BEFORE)
def test_it_is_refused_to_the_delegate_of_the_person_it_is_about(tree, secretary, action):
    stand_in = user_with("squad_leader", tree.other_village, display_name="代理人")
    about = posted(secretary, tree)
    delegate(
        appointments=[about.appointment()], user=stand_in, begins=TODAY, ends=TODAY + WEEK, reason="外出",
        actor=secretary, today=TODAY,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        DECIDES[action](about, User.objects.get(pk=stand_in.pk))


ABOUT_PEOPLE = [
    model
    for model in admin.site._registry
    if getattr(model, "member_path", "") and {"change", "delete"} & model.capabilities.keys()
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", ABOUT_PEOPLE, ids=lambda model: model._meta.label)
def test_the_admin_lets_nobody_write_what_is_his_own(tree, county, model):
    about = posted(county, tree)
    own = {"Cadre": about.posting.cadre, "Posting": about.posting, "Appointment": about.appointment()}
    row = own.get(model.__name__) or model(posting=about.posting)
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=county.pk)
    page = admin.site._registry[model]
    assert not page.has_change_permission(request, row)
    assert not page.has_delete_permission(request, row)


@pytest.mark.django_db
def test_the_admin_takes_no_new_row_about_oneself(tree, county, client):
    about = posted(county, tree)
    client.force_login(county)
    talk = {
        "posting": about.posting.pk,
        "kind": "reminder_talk",
        "held_on": "2026-11-24",
        "talker": "我",
        "reason": "无",
    }
    assert client.post("/admin/cadres/talk/add/", talk).status_code == 403
    assert not about.posting.talks.exists()


@pytest.mark.django_db
def test_who_deducted_does_not_hear_the_appeal(tree, posting, secretary, county):
    item = About(posting, None).item(secretary)
    with time_machine.travel(NOW + timedelta(days=1)), pytest.raises(OwnMatter, match="其他负责人"):
        void_manual_item(item=item, reason="误记", actor=secretary, now=NOW + timedelta(days=1))
    void_manual_item(item=item, reason="误记", actor=county, now=NOW + timedelta(days=1))


@pytest.mark.django_db
def test_a_slip_is_taken_back_the_same_day(tree, posting, secretary):
    item = About(posting, None).item(secretary)
    assert void_manual_item(item=item, reason="误记", actor=secretary, now=NOW).voided_by == secretary
