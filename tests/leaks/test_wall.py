"""With the application's filter left out, the wall shows each account of the nation what it reaches and no more."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from cadres.models import Posting
from tests import web_role
from tests.leaks.crawl import ROLES
from tests.leaks.rows import Rows
from townships import wall
from townships.models import Institution
from townships.paths import ancestors
from townships.wall_sql import history_of, walled_models

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
MODELS = list(walled_models())


@pytest.fixture(autouse=True)
def walled(behind_the_wall):
    if not behind_the_wall:
        pytest.skip("no wall: not PostgreSQL, or no role to stand behind it")


@contextmanager
def behind(user):
    """As the plain role, with the reach of `user`."""
    with transaction.atomic():
        web_role.become(web_role.ROLE)
        wall.enter(user)
        try:
            yield
        finally:
            web_role.become("NONE")


class Share:
    """What the wall may show an account, from the statements of the models and the plan of the nation."""

    def __init__(self, nation, account) -> None:
        self.rows, self.account = Rows(nation, account), account
        self.postings = list(Posting._base_manager.filter(pk__in=self.inside(Posting)).select_related("village"))
        own = [one.village.path for one in self.postings if not self.rows.reaches({one.village.path})]
        self.above = {path for place in (*account.paths, *account.user.places(), *own) for path in ancestors(place)}

    def inside(self, model) -> set[int]:
        """In reach, his own, or of his institution's people."""
        found = {key for key, paths in self.rows.paths_of(model).items() if self.rows.reaches(paths)}
        for lookup, key in (
            (getattr(model, "member_path", ""), self.account.user.pk),
            (getattr(model, "institution_path", ""), self.account.institution),
        ):
            if lookup and key:
                found |= set(model._base_manager.filter(**{lookup: key}).values_list("pk", flat=True))
        return found

    def read_only(self, model) -> set[int]:
        """What else may be read: what binds or names things from above."""
        more = set()
        if getattr(model, "read_from_below", False):
            rows = model._base_manager.values_list("pk", model.unit_path)
            more |= {key for key, path in rows if path in self.above or path is None}
        if model is Institution:
            more |= {one.dispatching_institution_id for one in self.postings} | {self.account.institution}
        return more - {None}


@pytest.mark.parametrize("key", ROLES)
def test_without_the_filter_everybody_sees_his_own_part_whole_and_nothing_else(key, nation):
    account = nation.accounts[key]
    share = Share(nation, account)
    wrong = {}
    for model in MODELS:
        with behind(account.user):
            seen = set(model._base_manager.values_list("pk", flat=True))
            kept = set(history_of(model)._base_manager.values_list("id", flat=True)) if history_of(model) else set()
        inside, live = share.inside(model), set(model._base_manager.values_list("pk", flat=True))
        granted = {
            row.pk for one in model.capabilities.values() for row in model.objects.reachable_by(account.user, one)
        }
        if too_much := (seen | kept & live) - inside - share.read_only(model):
            wrong[model._meta.label, "shows"] = sorted(too_much)[:5]
        if too_little := (granted | inside) - seen:
            wrong[model._meta.label, "hides"] = sorted(too_little)[:5]
    assert wrong == {}


@pytest.mark.parametrize("key", ["county_organization", "squad_leader2", "institution_officer", "member", "nobody"])
def test_what_is_out_of_reach_is_neither_changed_nor_deleted_nor_made(key, nation):
    account = nation.accounts[key]
    share = Share(nation, account)
    for model in MODELS:
        others = list(model._base_manager.exclude(pk__in=share.inside(model)))
        if not others:
            continue
        keys = [row.pk for row in others]
        field = next(one.name for one in model._meta.concrete_fields if not one.primary_key)
        with behind(account.user):
            same = {field: F(field)}
            assert _touched(model, keys, lambda rows, same=same: rows.update(**same)) == 0, model
            assert _touched(model, keys, lambda rows: rows._raw_delete(rows.db)) == 0, model
            copy = others[0]
            copy.pk = None
            with pytest.raises(DatabaseError) as refused, transaction.atomic():
                model._base_manager.bulk_create([copy])
            assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege), (model, refused.value)


def _touched(model, keys, act) -> int:
    """Rows an act changed; one that is read and not written is refused with an error."""
    try:
        with transaction.atomic():
            return act(model._base_manager.filter(pk__in=keys))
    except DatabaseError as problem:
        if not isinstance(problem.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        return 0


def test_nobody_known_sees_nothing(nation):
    for model in MODELS:
        with transaction.atomic():
            web_role.become(web_role.ROLE)
            try:
                assert not model._base_manager.exists(), model
            finally:
                web_role.become("NONE")
