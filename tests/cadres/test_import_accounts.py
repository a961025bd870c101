"""Accounts and their appointments from a file; first passwords on a sheet to print."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from cadres.actions.import_accounts import import_accounts
from tests.cadres.table_files import counts, exported, kinds, questions, told, xlsx
from tests.factories import UserFactory, user_with
from townships.actions.delegate import delegate
from townships.actions.first_passwords import NobodyToGiveOne, give_first_passwords
from townships.actions.set_role import set_role
from townships.errors import NotAllowed, OwnMatter
from townships.models import Appointment, AuditEntry, User
from townships.periods import today
from townships.roles import CAPABILITIES

HEADER = ["用户名", "姓名", "角色", "单位", "派出单位", "开始日期", "结束日期", "联系电话"]
CLERK = ["wang", "王秘书", "党政办秘书", "大同镇", None, "2026-03-01", None, "13800001234"]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=False):
        yield


def bring(unit, *rows, header=HEADER, **fields):
    return import_accounts(unit=unit, content=xlsx(header, *rows), filename="账号.xlsx", **fields)


def test_accounts_come_in_with_their_roles_and_without_a_password(tree, county):
    report = bring(tree.county, CLERK, ["li", "李书记", "镇党委书记", "459901101000"], actor=county)
    assert (told(report), counts(report)) == ([], (2, 0, 0))
    clerk = User.objects.get(username="wang")
    post = clerk.appointments.get()
    assert (clerk.display_name, clerk.phone, clerk.has_usable_password()) == ("王秘书", "13800001234", False)
    assert (post.role, post.unit, post.begins, post.ends) == ("township_clerk", tree.township, date(2026, 3, 1), None)
    assert User.objects.get(username="li").appointments.get().begins == date(2026, 11, 20)
    assert clerk.paths("manage_roster") == (tree.township.path,)
    assert post.history.get().history_user == county
    acts = AuditEntry.objects.filter(actor=county).order_by().values_list("act", flat=True)
    assert sorted(acts) == ["account.opened"] * 2 + ["accounts.imported"] + ["appointment.given"] * 2


def test_one_account_may_hold_several_roles(tree, county):
    report = bring(tree.county, CLERK, ["wang", "王秘书", "分队长", "大同村"], actor=county)
    assert (report.created, User.objects.filter(username="wang").count()) == (2, 1)
    assert Appointment.objects.filter(user__username="wang").count() == 2


def test_a_liaison_officer_belongs_to_an_institution(tree, county, institution):
    assert told(bring(tree.county, ["zhao", "赵联络", "联络员", "样例县"])) == [(2, "required")]
    report = bring(tree.county, ["zhao", "赵联络", "派出单位联络员", "样例县", "县财政局"], actor=county)
    assert (report.created, Appointment.objects.get(user__username="zhao").institution) == (1, institution)
    assert told(bring(tree.county, ["qian", "钱", "联络员", "样例县", "火星局"])) == [(2, "institution.unknown")]


def test_again_changes_nothing_and_a_new_end_is_a_change(tree, county):
    bring(tree.county, CLERK, actor=county)
    assert counts(bring(tree.county, CLERK, actor=county)) == (0, 0, 1)
    assert counts(bring(tree.county, [*CLERK[:5], None, None, None], actor=county)) == (0, 0, 1)
    report = bring(tree.county, [*CLERK[:6], "2027-01-01"], actor=county)
    change = report.outcomes[0].changes[0]
    assert (counts(report), change.label, change.new) == ((0, 1, 0), "结束日期", "2027-01-01")
    assert Appointment.objects.get(user__username="wang").ends == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([None, "甲", "队员", "大同村"], "required"),
        (["jia", None, "队员", "大同村"], "required"),
        (["jia", "甲", None, "大同村"], "required"),
        (["jia 甲!", "甲", "队员", "大同村"], "username.invalid"),
        (["jia", "甲", "皇帝", "大同村"], "choice.unknown"),
        (["jia", "甲", "队员", "火星村"], "unit.unknown"),
        (["jia", "甲", "队员", "大同村", None, "昨天"], "date.invalid"),
        (["jia", "甲", "队员", "大同村", None, "2026-03-01", "2026-03-01"], "date.invalid"),
        (["wang", "王二", "队员", "大同村"], "duplicate.row"),
        (CLERK, "duplicate.row"),
    ],
)
def test_a_faulty_row_refuses_the_file(tree, county, row, code):
    report = bring(tree.county, CLERK, row, actor=county)
    assert (told(report), kinds(report)) == ([(3, code)], ["new", "refused"])
    assert not User.objects.filter(username__in=["wang", "jia"]).exists()


def test_nobody_grants_what_he_lacks(tree, county):
    report = bring(tree.county, ["he", "何", "市委组织部", "样例县"], ["wang", "王", "队员", "邻村"], actor=county)
    assert sorted(told(report)) == [(2, "role.unfit"), (3, "unit.unknown")]
    limited = user_with("auditor", tree.county, username="limited")
    with pytest.raises(NotAllowed):
        bring(tree.county, CLERK, actor=limited)


def test_nobody_grants_himself_anything(tree, county):
    report = bring(tree.county, ["county", "组织部", "镇党委书记", "大同镇"], actor=county)
    assert told(report) == [(2, "own_matter")]


def test_a_strangers_account_is_not_to_be_had(tree, county, outsider):
    report = bring(tree.county, ["secretary2", "邻镇书记", "镇党委书记", "大同镇"], actor=county)
    assert told(report) == [(2, "account.taken")]
    assert outsider.appointments.count() == 1


def test_another_name_for_an_account_is_pointed_out_and_not_taken_over(tree, county, clerk):
    report = bring(tree.county, ["clerk", "新名字", "分队长", "大同村"], actor=county)
    assert (report.created, [problem.code for problem in report.warnings]) == (1, ["name.mismatch"])
    assert User.objects.get(username="clerk").display_name == "秘书"


def test_what_the_admin_exports_is_all_the_same(tree, client, county, secretary, clerk, institution_officer):
    client.force_login(county)
    content = exported(client, "townships_appointment")
    for actor in (county, None):  # what is there already grants nobody anything, his own role included
        report = import_accounts(unit=tree.county, content=content, filename="任职.xlsx", actor=actor)
        assert (told(report), counts(report)) == ([], (0, 0, 4))


def test_a_delegation_in_the_list_does_not_become_an_appointment(tree, client, county, secretary, squad_leader):
    delegate(
        appointments=[secretary.appointments.get()], user=squad_leader, begins=today(),
        ends=today() + timedelta(days=5), reason="外出", actor=secretary, today=today(),
    )  # fmt: skip
    client.force_login(county)
    content = exported(client, "townships_appointment")
    report = import_accounts(unit=tree.county, content=content, filename="任职.xlsx")
    assert (told(report), counts(report)) == ([], (0, 0, 3))


@pytest.mark.outside_the_wall
def test_a_larger_file_costs_no_more_queries(tree, county):
    rows = [[f"user{number:03d}x", f"用户{number}", "队员", "大同村"] for number in range(60)]
    few = questions(lambda: bring(tree.county, *rows[:5], actor=county, dry_run=True))
    many = questions(lambda: bring(tree.county, *rows, actor=county, dry_run=True))
    assert many <= few <= 20


# --- first passwords


def test_first_passwords_are_given_once_and_stored_nowhere(tree, county, client):
    bring(tree.county, CLERK, actor=county)
    user = User.objects.get(username="wang")
    (given,) = give_first_passwords(accounts=[user], actor=county)
    assert (given.name, given.place, given.username, given.role) == ("王秘书", "大同镇", "wang", "township_clerk")
    assert User.objects.get(pk=user.pk).check_password(given.password)
    assert given.password not in str(AuditEntry.objects.filter(act="account.first_password").values())


def test_the_admin_prints_the_sheet(tree, county, client):
    bring(tree.county, CLERK, actor=county)
    client.force_login(county)
    data = {"action": "print_first_passwords", "_selected_action": [User.objects.get(username="wang").pk]}
    page = client.post(reverse("admin:townships_user_changelist"), data).content.decode()
    assert "只显示这一次" in page
    assert "党政办秘书" in page


def test_an_account_that_was_used_keeps_its_password(tree, county, clerk):
    clerk.last_login = "2026-11-01T00:00:00+08:00"
    clerk.save()
    with pytest.raises(NobodyToGiveOne):
        give_first_passwords(accounts=[clerk], actor=county)


def test_a_first_password_is_no_way_up(tree, county, clerk, outsider):
    with pytest.raises(OwnMatter):
        give_first_passwords(accounts=[county], actor=county)
    with pytest.raises(Exception, match="没有"):
        give_first_passwords(accounts=[outsider], actor=county)
    with pytest.raises(NotAllowed):
        give_first_passwords(accounts=[clerk], actor=user_with("township_secretary", tree.township, username="s9"))
    with pytest.raises(NotAllowed):
        give_first_passwords(accounts=[UserFactory()], actor=county)


def test_a_role_goes_by_what_it_is_called_there(tree, county):
    set_role(unit=tree.county, key="township_clerk", name="镇驻村办", capabilities={"view_members"}, actor=county)
    own = set_role(
        unit=tree.county, name="驻村办 干部", acts_as="auditor", capabilities={"view_members"}, actor=county
    ).key
    county2 = user_with("county_organization", tree.county2)
    report = bring(
        tree.county,
        ["wang", "王秘书", "镇驻村办", "大同镇"],
        ["li", "李干部", "驻村办干部", "样例县"],
        ["he", "何秘书", "秘书", "大同镇"],
        actor=county,
    )
    assert (told(report), report.created) == ([], 3)
    given = {
        one.user.username: (one.role, one.title) for one in Appointment.objects.exclude(user__in=[county, county2])
    }
    assert given == {
        "wang": ("township_clerk", "镇驻村办"), "li": (own, "驻村办 干部"), "he": ("township_clerk", "镇驻村办"),
    }  # fmt: skip
    report = bring(tree.county2, ["jia", "甲", "驻村办干部", "邻县"], ["yi", "乙", own, "邻县"], actor=county2)
    assert told(report) == [(2, "choice.unknown"), (3, "choice.unknown")]


def test_two_roles_that_together_make_an_equal_come_in_no_file_either(tree, county):
    whole = frozenset(CAPABILITIES)
    set_role(unit=tree.county, name="左", acts_as="auditor", capabilities=whole - {"audit"}, actor=county)
    set_role(unit=tree.county, name="右", acts_as="auditor", capabilities={"audit"}, actor=county)
    report = bring(tree.county, ["jia", "甲", "左", "样例县"], ["jia", "甲", "右", "样例县"], actor=county)
    assert told(report) == [(3, "not_allowed")]
    assert not User.objects.filter(username="jia").exists()
