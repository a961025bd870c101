"""The cast: the same few people in every test, one of them a stranger."""

from types import SimpleNamespace

import pytest
from django.db import connection

from tests import web_role
from tests.factories import CadreFactory, InstitutionFactory, PostingFactory, UnitFactory, UserFactory, user_with
from townships import audit_guard

#: The triggers of the trail as the migrations leave them.
GUARD_AS_MIGRATED = pytest.StashKey[set[str]]()
#: Whether the database has a wall and a role to try it with.
WALLED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up by emptying every table, which the trail's trigger rightly refuses."""
    with django_db_blocker.unblock():
        request.config.stash[GUARD_AS_MIGRATED] = audit_guard.standing(connection)
        audit_guard.lower_guard(connection)
        request.config.stash[WALLED] = web_role.make_role()


@pytest.fixture
def guard_as_migrated(request, db) -> set[str]:
    if request.config.getoption("reuse_db"):
        pytest.skip("a database used again has lowered its guard already")
    return request.config.stash[GUARD_AS_MIGRATED]


@pytest.fixture(autouse=True)
def quick_settings(settings):
    """Unhashed static files, a quick password hash, no lockout, no limits of sessions and passwords: tests of those turn them on."""
    settings.AXES_ENABLED = False
    settings.PASSWORD_DAYS = settings.PASSWORD_PHONE_DAYS = 0
    settings.SESSION_IDLE_MINUTES = settings.SESSION_ABSOLUTE_HOURS = settings.SESSION_PHONE_DAYS = 0
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def behind_the_wall(request, settings) -> bool:
    """On PostgreSQL every page and every call of the API is answered as the plain role, behind the wall.

    Not where a test counts the page's own statements: those of the wall are counted by its own tests.
    """
    marker = request.node.get_closest_marker
    counting = any("num_queries" in name for name in request.fixturenames) or marker("outside_the_wall")
    uses_database = {"db", "transactional_db"} & set(request.fixturenames) or marker("django_db")
    if counting or not uses_database or "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return False
    request.getfixturevalue("django_db_setup")
    if request.config.stash[WALLED]:
        settings.WALL = True
        settings.MIDDLEWARE = ["tests.web_role.as_web_role", *settings.MIDDLEWARE]
    return settings.WALL


@pytest.fixture
def tree(db):
    """A county with a township and two villages, and a second county beside it."""
    province = UnitFactory(level="province", name="样例自治区", division_code="450000000000")
    city = UnitFactory(level="city", name="样例市", division_code="459900000000", parent=province)
    county = UnitFactory(level="county", name="样例县", division_code="459901000000", parent=city)
    township = UnitFactory(level="township", name="大同镇", division_code="459901101000", parent=county)
    village = UnitFactory(level="village", name="大同村", division_code="459901101201", parent=township)
    other_village = UnitFactory(level="village", name="龙塘村", division_code="459901101202", parent=township)
    county2 = UnitFactory(level="county", name="邻县", division_code="459902000000", parent=city)
    township2 = UnitFactory(level="township", name="邻镇", division_code="459902101000", parent=county2)
    village2 = UnitFactory(level="village", name="邻村", division_code="459902101201", parent=township2)
    return SimpleNamespace(
        province=province,
        city=city,
        county=county,
        township=township,
        village=village,
        other_village=other_village,
        county2=county2,
        township2=township2,
        village2=village2,
    )


@pytest.fixture
def institution(tree):
    return InstitutionFactory(name="县财政局", unit=tree.county)


@pytest.fixture
def posting(tree, institution):
    """The member's posting at the village; his account is `posting.cadre.user`."""
    cadre = CadreFactory(name="甘雨", user=UserFactory(username="member", display_name="甘雨"))
    return PostingFactory(cadre=cadre, village=tree.village, dispatching_institution=institution, team_role="队员")


@pytest.fixture
def member(posting):
    return posting.cadre.user


@pytest.fixture
def county(tree):
    return user_with("county_organization", tree.county, username="county", display_name="组织部")


@pytest.fixture
def secretary(tree):
    return user_with("township_secretary", tree.township, username="secretary", display_name="书记")


@pytest.fixture
def clerk(tree):
    return user_with("township_clerk", tree.township, username="clerk", display_name="秘书")


@pytest.fixture
def squad_leader(tree):
    return user_with("squad_leader", tree.village, username="squad", display_name="分队长")


@pytest.fixture
def leader(tree):
    return user_with("team_leader", tree.village, username="leader", display_name="队长")


@pytest.fixture
def auditor(tree):
    return user_with("auditor", tree.county, username="auditor", display_name="审计员")


@pytest.fixture
def institution_officer(tree, institution):
    return user_with(
        "institution_officer", tree.county, institution=institution, username="dispatch", display_name="联络员"
    )


@pytest.fixture
def outsider(tree):
    """The same rank in the other county."""
    return user_with("township_secretary", tree.township2, username="secretary2", display_name="邻镇书记")
