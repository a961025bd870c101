"""The wizard for units: it shows what will move before it does, and tells nobody of what he does not reach."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cadres.models import Posting
from tests.factories import CadreFactory, PostingFactory, user_with
from townships.models import AdministrativeUnit, Appointment, UnitChange

DAY = "2026-12-07"


@pytest.fixture(autouse=True)
def november(db):
    with time_machine.travel("2026-11-24T12:00:00+08:00", tick=True):
        yield


@pytest.fixture
def city(tree):
    return user_with("city_organization", tree.city, username="city", display_name="市委组织部")


def form_of(unit, change: str) -> str:
    return reverse("reports:unit_change_form", args=[unit.division_code, change])


def text(answer) -> str:
    return answer.content.decode()


def confirmed(client, address: str, data: dict, **choices):
    """The preview, then its button, with the choices of the preview as its form sends them."""
    shown = client.post(address, data)
    preview = shown.context["preview"]
    boxes = {f"seen_{one['key']}": "1" for one in preview.categories}
    boxes |= {f"keep_{one['key']}": "on" for one in preview.categories if one["on"]}
    boxes |= {f"seen_role_{line.appointment.pk}": "1" for line in preview.roles if line.to}
    boxes |= {f"keep_role_{line.appointment.pk}": "on" for line in preview.roles if line.kept}
    sent = {key: value for key, value in {**data, **boxes, **choices}.items() if value is not None}
    digest = client.post(address, {**sent, "step": "preview"}).context["preview"].digest
    return client.post(address, {**sent, "step": "confirm", "digest": digest})


def test_a_move_is_shown_and_then_done(client, tree, city, posting, secretary):
    client.force_login(city)
    data = {"target": "459902000000", "day": DAY, "document_number": "市府〔2026〕9号"}
    shown = client.post(form_of(tree.township, "move"), data)
    assert "从2026年12月7日起：停用 3 个单位，新设 3 个，1 人随迁，1 项任职随迁。" in text(shown)
    assert "459902102201" in text(shown)
    assert not UnitChange.objects.exists()
    done = confirmed(client, form_of(tree.township, "move"), data)
    change = UnitChange.objects.get()
    assert done.url == reverse("reports:unit_change", args=[tree.township.division_code, change.pk])
    page = text(client.get(done.url))
    assert "已登记划归" in page
    assert "随迁人员" in page
    assert Posting.objects.filter(begins=date(2026, 12, 7)).count() == 1


def test_choices_of_the_preview_are_kept(client, tree, city, posting, secretary, clerk):
    client.force_login(city)
    one = Appointment.objects.get(user=clerk)
    data = {"target": "邻县", "day": DAY}
    address = form_of(tree.township, "move")
    choices = {f"keep_role_{one.pk}": None, "code_459901101000": "459902109000"}
    assert confirmed(client, address, data, **choices).status_code == 302
    assert AdministrativeUnit.objects.get(division_code="459902109201").name == "大同村"
    assert [row.user for row in Appointment.objects.filter(begins=date(2026, 12, 7))] == [secretary]


def test_a_name_is_changed_by_the_wizard(client, tree, county):
    client.force_login(county)
    address, data = form_of(tree.village, "rename"), {"name": "大同社区", "day": "2026-11-24", "code": ""}
    assert "大同村（459901101201）改为大同社区" in text(client.post(address, data))
    assert client.post(address, {**data, "step": "confirm"}).status_code == 302
    tree.village.refresh_from_db()
    assert tree.village.name == "大同社区"
    assert "最初" in text(client.get(reverse("reports:unit_changes", args=["459901101201"])))


def test_people_of_an_abolished_village_are_placed(client, tree, county, posting):
    other = PostingFactory(cadre=CadreFactory(name="李四"), village=tree.village)
    client.force_login(county)
    address, data = form_of(tree.village, "abolish"), {"day": DAY, "rest": ""}
    shown = text(client.post(address, data))
    assert "还没有定去向" in shown
    data |= {f"person_{posting.pk}": "459901101202", f"person_{other.pk}": "结束", "step": "preview"}
    assert "停用 1 个单位，新设 0 个，1 人随迁，1 人结束派驻" in text(client.post(address, data))
    assert confirmed(client, address, data).status_code == 302
    tree.village.refresh_from_db()
    assert tree.village.ends == date(2026, 12, 7)


def test_a_village_is_split_person_by_person(client, tree, county, posting):
    client.force_login(county)
    address = form_of(tree.village, "split")
    data = {"day": DAY, "parts": "459901101201 大同村\n大同新村"}
    shown = text(client.post(address, data))
    assert f'name="person_{posting.pk}"' in shown
    assert confirmed(client, address, data, **{f"person_{posting.pk}": "1"}).status_code == 302
    assert Posting.objects.get(begins=date(2026, 12, 7)).village.name == "大同新村"


def test_what_has_changed_since_is_shown_again(client, tree, county, posting):
    client.force_login(county)
    address, data = form_of(tree.village, "merge"), {"day": DAY, "into": "龙塘村"}
    digest = client.post(address, data).context["preview"].digest
    PostingFactory(village=tree.village)
    answer = client.post(address, {**data, "step": "confirm", "digest": digest})
    assert "内容已有变化" in text(answer)
    assert not UnitChange.objects.exists()


@pytest.mark.parametrize("target", ["459902000000", "邻县", "999999999999", "没有的县"])
def test_a_target_out_of_reach_is_a_target_that_is_not_there(client, tree, county, target):
    client.force_login(county)
    answer = text(client.post(form_of(tree.township, "move"), {"target": target, "day": DAY}))
    assert "没有找到，或不在您的管理范围内" in answer
    assert "459902" not in answer.replace(f'value="{target}"', "")


def test_the_old_county_is_not_told_where_its_township_went(client, tree, city, county, posting):
    client.force_login(city)
    confirmed(client, form_of(tree.township, "move"), {"target": "邻县", "day": DAY})
    county2 = user_with("county_organization", tree.county2, username="county2")
    new = AdministrativeUnit.objects.get(division_code="459902102000")
    change = UnitChange.objects.get()
    with time_machine.travel("2026-12-07T12:00:00+08:00", tick=True):
        for user, own, other in ((county, tree.township, new), (county2, new, tree.township)):
            client.force_login(user)
            for route, rest in (("unit_changes", []), ("unit_change", [change.pk])):
                page = text(client.get(reverse(f"reports:{route}", args=[own.division_code, *rest])))
                assert other.division_code not in page
                assert client.get(reverse(f"reports:{route}", args=[other.division_code, *rest])).status_code == 404


def test_a_change_is_withdrawn_by_whom_it_was_ordered(client, tree, city, county, posting):
    client.force_login(city)
    confirmed(client, form_of(tree.township, "move"), {"target": "邻县", "day": DAY})
    change = UnitChange.objects.get()
    address = reverse("reports:unit_change_withdraw", args=[tree.township.division_code, change.pk])
    client.force_login(county)
    assert client.post(address, {"reason": "x"}).status_code in (403, 404)
    client.force_login(city)
    assert client.post(address, {"reason": "批文作废"}).status_code == 302
    tree.township.refresh_from_db()
    assert tree.township.ends is None
    assert not AdministrativeUnit.objects.filter(division_code="459902102000").exists()
