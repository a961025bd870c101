"""The second wall in the database: what stands behind it, what a role may do about it, how a request passes it."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cadres.models import Cadre, Posting
from config.env import answers_requests
from tests import web_role
from tests.factories import PostingFactory, UnitFactory, user_with
from townships import wall, wall_build
from townships.actions.appoint import appoint
from townships.checks import OUR_APPS, SHARED, our_models
from townships.models import AdministrativeUnit, AuditEntry, User
from townships.wall_sql import OPEN, walled_models

ROOT = Path(__file__).resolve().parents[2]

#: Where the program looks beyond the reach at hand, and how often in each file. A new place is a decision.
BEYOND = {
    "attendance/actions/check_in.py": 1,
    "attendance/actions/mark_sheet.py": 1,
    "attendance/actions/transfer.py": 1,
    "attendance/approvers.py": 2,
    "attendance/leave_rules.py": 1,
    "cadres/actions/decide_correction.py": 2,
    "cadres/correction_values.py": 1,
    "cadres/models/cadre.py": 1,
    "cadres/models/posting.py": 1,
    "cadres/receipts_store.py": 2,
    "cadres/roster_store.py": 3,
    "reports/actions/change_units.py": 1,
    "reports/actions/withdraw_change.py": 3,
    "reports/own_evidence.py": 1,
    "reports/own_person.py": 3,
    "reports/own_scores.py": 1,
    "reports/schemes.py": 1,
    "reports/unit_forecast.py": 1,
    "townships/account_trail.py": 1,
    "townships/actions/delegate.py": 1,
    "townships/actions/rename_unit.py": 1,
    "townships/admin_base.py": 1,
    "townships/audit.py": 2,
    "townships/audit_chain.py": 2,
    "townships/delegations.py": 3,
    "townships/demo_accounts.py": 1,
    "townships/models/unit.py": 1,
    "townships/models/user.py": 2,
}


@pytest.fixture
def walled(behind_the_wall, db):
    if not behind_the_wall:
        pytest.skip("no wall: not PostgreSQL, or no role to stand behind it")


@pytest.fixture
def plain(walled):
    """The rest of the test is the plain role's."""
    web_role.become(web_role.ROLE)
    yield
    web_role.become("NONE")


def test_every_place_that_looks_beyond_the_reach_is_known():
    found: dict[str, int] = {}
    for path in (path for app in OUR_APPS for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "beyond":
                name = path.relative_to(ROOT).as_posix()
                found[name] = found.get(name, 0) + 1
    assert found == BEYOND


def test_every_model_stands_behind_the_wall_or_is_open_for_a_reason():
    walled = {model._meta.label for model in walled_models()}
    labels = {model._meta.label for model in our_models()}
    assert labels - walled == {*SHARED, *OPEN}
    assert all(OPEN.values())


@pytest.mark.parametrize(
    ("command", "of_the_web"),
    [
        ("manage.py score_week 2026-W45", False),
        ("manage.py serve", False),
        ("manage.py runserver", True),
        ("/srv/zhucun/.venv/bin/celery", False),
        ("/srv/lib/celery/__main__.py", False),
        ("/srv/.venv/bin/gunicorn", True),
        ("/srv/lib/gunicorn/__main__.py", True),
        ("uvicorn", True),
        ("", True),
    ],
)
def test_only_what_is_known_to_work_for_the_house_stands_outside(command, of_the_web):
    assert answers_requests(command.split(" ")) is of_the_web


class TestTables:
    pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

    def test_tables_and_wall_agree_after_migrating(self, db):
        assert wall_build.stands(connection)
        assert wall_build.raise_wall(connection) is False

    def test_every_table_of_ours_with_rows_of_a_unit_is_guarded_and_its_history_too(self, db):
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
            guarded = {name for (name,) in cursor.fetchall()}
        open_models = {*SHARED, *OPEN}
        ours = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]
        for model in (one for one in ours if not one._meta.proxy):
            subject = getattr(model, "instance_type", model)
            assert (model._meta.db_table in guarded) is (subject._meta.label not in open_models), model

    def test_a_table_that_lost_its_wall_is_noticed_and_walled_anew(self, db):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE cadres_posting DISABLE ROW LEVEL SECURITY")
        assert not wall_build.stands(connection)
        call_command("migrate", verbosity=0, interactive=False)
        assert wall_build.stands(connection)


class TestThePlainRole:
    pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

    def test_it_owns_nothing_and_passes_nothing_by(self, walled):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s",
                [web_role.ROLE],
            )
            assert cursor.fetchone() == (False, False, False, False)
            cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = %s", [web_role.ROLE])
            assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE cadres_posting DISABLE ROW LEVEL SECURITY",
            "DROP POLICY wall ON cadres_posting",
            "CREATE POLICY hole ON cadres_posting USING (true)",
            "ALTER TABLE townships_auditentry DISABLE TRIGGER ALL",
            "TRUNCATE cadres_posting",
            "ALTER ROLE zhucun_web BYPASSRLS",
            "DROP SCHEMA wall CASCADE",
            "CREATE FUNCTION wall.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
        ],
    )
    def test_it_can_take_nothing_down(self, plain, statement):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_turning_row_security_off_gives_an_error_and_no_rows(self, plain):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL row_security = off")
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute("SELECT 1 FROM cadres_posting")

    def test_stating_a_reach_means_the_tables_of_the_house_whatever_else_bears_their_names(
        self, tree, posting, member, plain
    ):
        """The function that states it runs as the owner: a table of a caller's own would else be read in its place."""
        with connection.cursor() as cursor:
            for table in ("cadres_posting", "townships_administrativeunit"):
                cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})")
        wall.enter(member)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('wall.above')")
            assert tree.village.path in cursor.fetchone()[0]

    def test_only_the_role_that_is_let_in_may_state_a_reach(self, walled):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(acl.grantee::regrole::text) FROM pg_proc p, aclexplode(p.proacl) acl "
                "WHERE p.pronamespace = 'wall'::regnamespace AND p.proname = 'enter' AND acl.grantee <> p.proowner"
            )
            assert cursor.fetchone()[0] == [web_role.ROLE]

    def test_stating_nothing_it_sees_nothing(self, posting, plain):
        assert not Posting._base_manager.exists()
        assert not Cadre._base_manager.exists()
        assert not AdministrativeUnit._base_manager.exists()


class TestReach:
    pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

    def test_a_forgotten_filter_shows_ones_own_part_only(self, tree, posting, secretary, plain):
        wall.enter(secretary)
        assert list(Posting._base_manager.all()) == [posting]

    def test_several_villages_and_nothing_between_them(self, tree, walled):
        between = UnitFactory(level="village", parent=tree.township, division_code="459901101203", name="中间村")
        last = UnitFactory(level="village", parent=tree.township, division_code="459901101204", name="末村")
        postings = {unit.pk: PostingFactory(village=unit) for unit in (tree.village, tree.other_village, between, last)}
        leader = user_with("squad_leader", tree.village, username="squad9")
        for unit in (tree.other_village, last):
            appoint(user=leader, role="squad_leader", unit=unit, begins=date(2026, 1, 1))
        web_role.become(web_role.ROLE)
        try:
            wall.enter(User.objects.get(pk=leader.pk))
            seen = set(Posting._base_manager.values_list("village", flat=True))
            assert seen == set(postings) - {between.pk}
            names = set(AdministrativeUnit._base_manager.values_list("name", flat=True))
            assert {"大同镇", "样例县", "末村"} <= names
            assert "中间村" not in names
            assert "邻县" not in names
        finally:
            web_role.become("NONE")

    def test_rows_out_of_reach_are_not_made_moved_changed_or_deleted(self, tree, posting, walled):
        neighbour = user_with("county_organization", tree.county2, username="county9")
        own = PostingFactory(village=tree.village2)
        web_role.become(web_role.ROLE)
        try:
            wall.enter(neighbour)
            assert Posting._base_manager.filter(pk=posting.pk).update(lodging="别处") == 0
            assert Posting._base_manager.filter(pk=posting.pk).delete()[0] == 0
            with pytest.raises(DatabaseError), transaction.atomic():
                Posting._base_manager.filter(pk=own.pk).update(village=tree.village)
            with pytest.raises(DatabaseError), transaction.atomic():
                Posting._base_manager.create(cadre=own.cadre, village=tree.village, begins=own.begins)
        finally:
            web_role.become("NONE")
        posting.refresh_from_db()
        assert posting.lodging != "别处"

    def test_what_is_read_from_below_is_not_written_from_below(self, tree, secretary, plain):
        wall.enter(secretary)
        assert AdministrativeUnit._base_manager.filter(pk=tree.county.pk).exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            AdministrativeUnit._base_manager.filter(pk=tree.county.pk).update(name="改名县")

    def test_beyond_ends_with_its_block_and_with_a_failure_inside(self, tree, posting, plain):
        wall.enter(user_with_nothing())
        with wall.beyond("a test"):
            assert Posting._base_manager.exists()
            with wall.beyond("again"):
                assert Posting._base_manager.exists()
            assert Posting._base_manager.exists()
        assert not Posting._base_manager.exists()
        with pytest.raises(DatabaseError), transaction.atomic(), wall.beyond("a test"), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert not Posting._base_manager.exists()

    def test_the_trail_is_written_by_those_who_may_not_read_it(self, client, tree):
        client.post(reverse("townships:login"), {"username": "nobody", "password": "x"})
        assert AuditEntry.objects.filter(act="account.login_failed", unit=None).exists()


def user_with_nothing() -> User:
    user = User(username="nothing", display_name="无")
    user.set_unusable_password()
    user.save()
    return user


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTransaction:
    def test_nothing_is_left_of_a_reach_after_its_transaction(self, tree, posting, secretary, behind_the_wall):
        if not behind_the_wall:
            pytest.skip("no wall")
        web_role.become(web_role.ROLE)
        try:
            with transaction.atomic():
                wall.enter(secretary)
                assert Posting._base_manager.exists()
            assert not Posting._base_manager.exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('wall.low', true), current_setting('wall.whole', true)")
                assert not any(cursor.fetchone())
            with wall.beyond("outside a transaction of the request"):
                assert Posting._base_manager.exists()
            assert not Posting._base_manager.exists()
        finally:
            web_role.become("NONE")

    def test_a_refusal_keeps_its_entry_in_the_trail_and_its_seal(self, tree, posting, clerk, client, behind_the_wall):
        if not behind_the_wall:
            pytest.skip("no wall")
        client.force_login(clerk)
        client.post(reverse("townships:logout"))
        entry = AuditEntry.objects.get(act="account.logged_out")
        assert entry.number is not None

    def test_a_file_that_is_sent_bit_by_bit_is_read_behind_the_wall(
        self, tree, posting, secretary, client, behind_the_wall
    ):
        if not behind_the_wall:
            pytest.skip("no wall")
        elsewhere = PostingFactory(village=tree.village2)
        client.force_login(secretary)
        answer = client.get(reverse("admin:cadres_posting_list_export", args=["csv"]))
        text = answer.getvalue().decode()
        assert posting.cadre.name in text
        assert elsewhere.cadre.name not in text or elsewhere.cadre.name == posting.cadre.name


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_bound_of_a_reach_is_an_index_range(tree, secretary, plain):
    wall.enter(secretary)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute('EXPLAIN SELECT id FROM wall."townships_administrativeunit path in_reach"')
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(r"Index Cond: .*path.* >= .*path.* < ", plan), plan
