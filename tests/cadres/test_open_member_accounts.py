"""Opening accounts for members in bulk."""

from datetime import date

import pytest
from django.contrib.auth import authenticate

from cadres.actions.open_member_accounts import NoPosting, open_member_accounts
from tests.factories import CadreFactory, PostingFactory
from townships.errors import NotAllowed
from townships.models import User

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


def test_a_posted_person_gets_an_account_that_opens_with_its_first_password(tree, county):
    cadre = CadreFactory(name="岑雨", phone="13800001111")
    PostingFactory(cadre=cadre, village=tree.village, team_role="第一书记兼队长")
    [account] = open_member_accounts(cadres=[cadre], day=DAY, actor=county)
    user = authenticate(username="13800001111", password=account.password)
    assert user == User.objects.get(cadre=cadre)
    assert account.role == "team_leader"


def test_two_people_with_one_phone_get_different_names(tree, county):
    cadres = [CadreFactory(phone="13800001111") for _ in range(2)]
    for cadre in cadres:
        PostingFactory(cadre=cadre, village=tree.village)
    names = {account.username for account in open_member_accounts(cadres=cadres, day=DAY, actor=county)}
    assert len(names) == 2


def test_who_has_an_account_or_no_posting_gets_none(tree, county, posting):
    gone = PostingFactory(village=tree.village, ended=True)
    with pytest.raises(NoPosting):
        open_member_accounts(cadres=[posting.cadre, gone.cadre], day=DAY, actor=county)


def test_a_township_may_not_open_accounts(tree, secretary):
    cadre = PostingFactory(village=tree.village).cadre
    with pytest.raises(NotAllowed):
        open_member_accounts(cadres=[cadre], day=DAY, actor=secretary)
    assert User.objects.filter(cadre=cadre).count() == 0


def test_the_office_opens_accounts_from_the_list_of_people(tree, county, client):
    cadre = PostingFactory(village=tree.village).cadre
    client.force_login(county)
    response = client.post("/admin/cadres/cadre/", {"action": "open_accounts", "_selected_action": [cadre.pk]})
    assert response.status_code == 200
    assert "初始密码" in response.content.decode()
    assert User.objects.filter(cadre=cadre).exists()
