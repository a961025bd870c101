"""What a password must be."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.factories import UserFactory
from townships.actions.open_account import first_password
from townships.models import User
from townships.passwords import REMEMBERED, kinds_in

GOOD = "Shan-Lu-7788"


@pytest.fixture
def person(db):
    user = UserFactory(username="ganyu", display_name="甘雨", phone="13877001234")
    user.set_password("Chu-Shi-2026")
    user.save()
    return user


def codes(password: str, user: User | None = None) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


def test_a_good_one_passes(person):
    assert codes(GOOD, person) == set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1-efgh", "password_too_short"),
        ("Abc-efg12", "password_too_short"),
        ("abcdefghijkl", "password_too_plain"),
        ("1234567890123", "password_too_plain"),
        ("abcdefgh1234", "password_too_plain"),
        ("Abcdefghijkl", "password_too_plain"),
        ("My-GanYu-2026", "password_about_oneself"),
        ("村里-甘雨-Abc-88", "password_about_oneself"),
        ("Tel-13877001234", "password_about_oneself"),
        ("Tel-A-001234-x", "password_about_oneself"),
        ("Chu-Shi-2026", "password_used_before"),
    ],
)
def test_what_is_refused(person, password, code):
    assert code in codes(password, person)


@pytest.mark.parametrize(("password", "kinds"), [("abc", 1), ("aB", 2), ("aB1", 3), ("aB1-", 4), ("山水", 1), ("", 0)])
def test_kinds_are_counted(password, kinds):
    assert kinds_in(password) == kinds


def test_the_last_five_are_remembered_and_the_sixth_forgotten(person):
    for number in range(REMEMBERED):
        person.set_password(f"Hao-Mi-Ma-{number}")
        person.save()
    assert [codes(f"Hao-Mi-Ma-{number}", person) for number in range(REMEMBERED)] == [{"password_used_before"}] * 5
    assert codes("Chu-Shi-2026", person) == set()
    assert len(person.recent_passwords) == REMEMBERED


def test_someone_without_phone_or_name_is_judged_all_the_same(db):
    assert codes(GOOD, UserFactory(username="abc", phone="", display_name="")) == set()


def test_first_passwords_fit_the_length(db):
    assert "password_too_short" not in codes(first_password())
