"""The pages of roles: the table, one role, what a change would do, and who is not let do it."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory, user_with
from townships.actions.set_role import set_role
from townships.models import Role, User
from townships.periods import today
from townships.role_book import role_choices_for
from townships.roles import ROLES

pytestmark = pytest.mark.django_db

LIAISON = ["view_attendance", "view_members"]


def page(unit, *rest) -> str:
    return reverse(f"townships:{rest[0] if rest else 'roles'}", args=[unit.division_code, *rest[1:]])


@pytest.fixture
def desk(client, county):
    client.force_login(county)
    return client


def post(desk, address, **data):
    return desk.post(address, {"name": "党政办秘书", "capabilities": LIAISON, **data})


def test_the_table_shows_every_role_there_can_be_here_and_below(desk, tree, clerk):
    answer = desk.get(page(tree.county))
    text = answer.content.decode()
    shown = [column["line"].terms.key for column in answer.context["columns"]]
    assert shown == [key for key in ROLES if key not in ("province_organization", "city_organization")]
    assert "党政办秘书" in text
    assert "片区联络员" in text
    assert f"role=township_clerk&amp;unit__id__exact={tree.county.pk}" in text


def test_the_link_to_the_holders_lists_them_and_nobody_else(desk, tree, clerk, secretary):
    column = next(c for c in desk.get(page(tree.county)).context["columns"] if c["line"].terms.key == "township_clerk")
    listed = desk.get(column["holders_url"]).context["cl"].queryset
    assert [one.user for one in listed] == [clerk]


def test_a_change_is_looked_at_first_and_saved_then(desk, tree, clerk):
    address = page(tree.county, "role", "township_clerk")
    look = post(desk, address, step="look", name="镇驻村办")
    text = look.content.decode()
    assert "影响 1 个任职（1 人）" in text
    assert "改名：党政办秘书 → 镇驻村办" in text
    assert not Role.objects.exists()
    seen = look.context["preview"]["mark"]
    assert post(desk, address, step="save", seen=seen, name="镇驻村办").status_code == 302
    assert User.objects.get(pk=clerk.pk).held_at(tree.township.path) == set(LIAISON)
    assert "改名：党政办秘书 → 镇驻村办" in desk.get(address).content.decode()


def test_what_moved_meanwhile_is_shown_again(desk, tree, clerk):
    address = page(tree.county, "role", "township_clerk")
    seen = post(desk, address, step="look").context["preview"]["mark"]
    user_with("township_clerk", tree.township)
    again = post(desk, address, step="save", seen=seen)
    assert "刚才有人改过" in again.content.decode()
    assert "影响 2 个任职" in again.content.decode()
    assert not Role.objects.exists()


def test_one_cannot_touch_ones_own_role_and_is_told_why(desk, tree):
    address = page(tree.county, "role", "county_organization")
    assert "您自己就任这个角色" in desk.get(address).content.decode()
    answer = post(desk, address, step="look", name="县委组织部")
    assert "您自己就任这个角色" in answer.content.decode()
    assert not Role.objects.exists()


def test_a_capability_that_one_lacks_cannot_be_ticked(client, tree, county):
    key = set_role(
        unit=tree.county, name="账号管理员", acts_as="auditor", actor=county,
        capabilities={"view_members", "manage_appointments"},
    ).key  # fmt: skip
    client.force_login(user_with(key, tree.county))
    answer = client.get(page(tree.county, "role_new"))
    lines = {line["name"]: line["why_not"] for group in answer.context["groups"] for line in group["lines"]}
    assert [name for name, why in lines.items() if not why] == ["view_members", "manage_appointments"]
    forged = client.post(
        page(tree.county, "role_new"), {"name": "新", "acts_as": "auditor", "capabilities": ["audit"], "step": "look"}
    )
    assert "您没有“查看审计记录”的权限" in forged.content.decode()


def test_a_role_of_ones_own_is_added_and_offered_when_appointing(desk, tree, county):
    address = page(tree.county, "role_new")
    data = {"name": "驻村办干部", "acts_as": "auditor", "step": "look"}
    seen = post(desk, address, **data).context["preview"]["mark"]
    assert post(desk, address, **{**data, "step": "save"}, seen=seen).status_code == 302
    key = Role.objects.get().key
    choices = desk.get(reverse("admin:townships_appointment_add")).context["adminform"].form.fields["role"].choices
    assert (key, "驻村办干部") in choices
    assert (key, "驻村办干部") in desk.get(reverse("admin:townships_user_add")).context["adminform"].form.fields[
        "role"
    ].choices
    stranger = user_with("county_organization", tree.county2)
    assert key not in dict(role_choices_for(stranger))


def test_appointing_with_a_forged_role_is_refused_in_words(desk, tree, county):
    county2 = user_with("county_organization", tree.county2)
    key = set_role(unit=tree.county2, name="别县的", acts_as="auditor", capabilities=LIAISON, actor=county2).key
    user = user_with("member", tree.village)
    data = {"user": user.pk, "role": key, "unit": tree.county.pk, "begins": today().isoformat()}
    answer = desk.post(reverse("admin:townships_appointment_add"), data, follow=True)
    assert user.appointments.count() == 1
    assert "别县的" not in answer.content.decode()
    assert desk.get(page(tree.county, "role", key)).status_code == 404


@pytest.mark.parametrize(("act", "retired"), [("retire", True), ("reinstate", None)])
def test_a_role_is_stopped_and_given_again(desk, tree, act, retired):
    address = page(tree.county, "role_act", "township_clerk", act)
    assert desk.post(address).status_code == 302
    assert next(iter(Role.objects.values_list("retired", flat=True)), None) is retired
    assert desk.get(address).status_code == 405
    assert desk.post(page(tree.county, "role_act", "township_clerk", "abolish")).status_code == 404


def test_going_back_says_what_it_would_do(desk, tree, county, clerk):
    set_role(unit=tree.county, key="township_clerk", name="镇驻村办", capabilities=LIAISON, actor=county)
    text = desk.get(page(tree.county, "role", "township_clerk")).content.decode()
    assert "改名：镇驻村办 → 党政办秘书" in text
    desk.post(page(tree.county, "role_act", "township_clerk", "restore"))
    assert not Role.objects.exists()
    assert "恢复原规定" in desk.get(page(tree.county, "role", "township_clerk")).content.decode()


def test_the_name_there_stands_wherever_an_appointment_is_shown(client, tree, county, secretary, clerk):
    set_role(unit=tree.county, key="township_clerk", name="镇驻村办", capabilities=LIAISON, actor=county)
    client.force_login(clerk)
    assert "镇驻村办 · 大同镇" in client.get(reverse("townships:home"), follow=True).content.decode()
    me = client.get("/api/v1/me").json()
    assert (me["roles"][0]["label"], me["roles"][0]["acts_as"], me["capabilities"]) == (
        "镇驻村办",
        "township_clerk",
        LIAISON,
    )
    client.force_login(county)
    assert "镇驻村办" in client.get(reverse("admin:townships_appointment_changelist")).content.decode()


def test_the_api_lists_the_roles_of_a_unit(client, tree, county, clerk):
    set_role(unit=tree.county, key="township_clerk", name="镇驻村办", capabilities=LIAISON, actor=county)
    client.force_login(county)
    roles = {one["role"]: one for one in client.get(f"/api/v1/units/{tree.township.division_code}/roles").json()}
    assert "county_organization" not in roles
    assert roles["township_clerk"] == {
        "role": "township_clerk", "label": "镇驻村办", "acts_as": "township_clerk", "capabilities": LIAISON,
        "levels": ["township"], "retired": False, "appointments": 1,
        "defined_at": {"code": tree.county.division_code, "name": "样例县", "level": "county"},
    }  # fmt: skip


# ---- accounts: no way up, none sideways


@pytest.fixture
def colleague(tree):
    return user_with("county_organization", tree.county, username="colleague", display_name="同事")


@pytest.mark.parametrize("action", ["reset_second_factor", "unlock", "print_first_passwords"])
def test_no_action_reaches_a_colleague(desk, tree, colleague, action):
    before = User.objects.get(pk=colleague.pk).password
    data = {"action": action, "_selected_action": [colleague.pk]}
    desk.post(reverse("admin:townships_user_changelist"), data, follow=True)
    assert User.objects.get(pk=colleague.pk).password == before


def test_a_colleagues_account_is_seen_and_not_changed(desk, tree, county, colleague, clerk):
    for account, status in ((colleague, 403), (county, 403), (clerk, 200)):
        assert desk.get(reverse("admin:auth_user_password_change", args=[account.pk])).status_code == status
    data = {"username": "taken", "display_name": "改", "phone": "", "is_active": ""}
    assert desk.post(reverse("admin:townships_user_change", args=[colleague.pk]), data).status_code == 403
    assert User.objects.get(pk=colleague.pk).is_active


def test_the_menu_of_the_admin_leads_to_the_roles_for_whoever_appoints(client, tree, county, secretary):
    for user, shown in ((county, True), (secretary, False)):
        client.force_login(user)
        assert (page(tree.county) in client.get(reverse("admin:index")).content.decode()) is shown


def test_an_account_without_any_appointment_is_nobodys(desk):
    stranger = UserFactory()
    assert desk.get(reverse("admin:townships_user_change", args=[stranger.pk])).status_code in (302, 404)
