"""Logging in, the size of the letters, the frame."""

import pytest
from django.urls import reverse

from townships.navigation import entries


def test_a_wrong_password_is_answered_in_words(client, secretary):
    answer = client.post(reverse("townships:login"), {"username": "secretary", "password": "不对"})
    assert "用户名或密码不对" in answer.content.decode()


def test_login_leads_to_the_first_page(client, secretary):
    answer = client.post(reverse("townships:login"), {"username": "secretary", "password": "zhucun-2026"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/units/459901101000/"


@pytest.mark.parametrize(("size", "shown"), [("large", True), ("normal", False)])
def test_large_letters_are_remembered(client, secretary, size, shown):
    client.force_login(secretary)
    answer = client.post(reverse("townships:large_type"), {"size": size, "next": "/units/459901101000/"})
    assert answer.url == "/units/459901101000/"
    assert ('class="large"' in client.get(answer.url).content.decode()) is shown


def test_going_back_never_leaves_the_site(client, secretary):
    client.force_login(secretary)
    assert client.post(reverse("townships:large_type"), {"next": "https://elsewhere.example/"}).url == "/"


@pytest.mark.parametrize("who", ["county", "secretary", "clerk", "squad_leader", "leader", "auditor", "member"])
def test_nobody_has_more_than_eight_entries(request, tree, who):
    user = request.getfixturevalue(who)
    unit = next((one.unit for one in user.appointments_today()), None)
    chosen = entries(user, unit)
    assert 1 <= len(chosen) <= 8
    assert len(set(chosen)) == len(chosen)


def test_the_path_at_the_top_links_only_what_is_within_reach(client, secretary):
    client.force_login(secretary)
    crumbs = client.get("/units/459901101000/").context["frame"]["crumbs"]
    assert [(one["name"], bool(one["url"])) for one in crumbs] == [
        ("样例自治区", False), ("样例市", False), ("样例县", False), ("大同镇", True),
    ]  # fmt: skip


def test_a_demo_hint_shows_only_where_demo_logins_are_open(client, secretary, settings):
    settings.DEMO_LOGINS = True
    type(secretary).objects.filter(pk=secretary.pk).update(is_demo=True)
    assert "演示账号" in client.get(reverse("townships:login")).content.decode()
    settings.DEMO_LOGINS = False
    assert "演示账号" not in client.get(reverse("townships:login")).content.decode()
