"""A password that tells of its owner."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cadres.passwords import telling
from tests.factories import CadreFactory, UserFactory, id_number

NUMBER = "459901198507150017"


@pytest.fixture
def person(db):
    user = UserFactory(username="user-7", display_name="甘志强", phone="")
    CadreFactory(name="甘志强", id_number=id_number(1, born="19850715"), phone="13877001234", user=user)
    return user


def refused(password: str, user) -> bool:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return "password_about_oneself" in {one.code for one in error.error_list}
    return False


@pytest.mark.parametrize("password", [
    "Ganzhiqiang-1", "Gan.Zhi.Qiang9", "ZhiQiangGan#88", "gzq1985-AAbb", "1985Gzq-aabb", "Gan-1985-village", "GZQ_0715_xyz",
    "A-19850715-b", "Ab-850715-cd", "Tel-13877001234", "Xy-001234-Zw",
])  # fmt: skip
def test_name_and_birthday_and_phone_are_refused(person, password):
    assert refused(password, person)


def test_the_end_of_the_identity_number_is_refused(person):
    assert refused(f"Ab-{person.cadre.id_number[-6:]}-cd", person)


@pytest.mark.parametrize("password", ["Shan-Lu-7788", "Da-Tong-1986-Cun", "Qiang-Sheng-55", "Zhi-Jian-2026x"])
def test_others_are_not(person, password):
    assert not refused(password, person)


@pytest.mark.parametrize(("name", "password", "expected"), [
    ("覃志强", "Qin-Zhi-Qiang1", True),
    ("单雄信", "ShanXiongxin-9", True),
    ("吕娥", "L-ve-Shui-2026", False),
    ("阿依努尔·买买提", "Ayinuer-maimaiti-1A", True),
    ("", "Shan-Lu-7788", False),
])  # fmt: skip
def test_an_account_without_a_person_is_judged_by_its_name(db, name, password, expected):
    assert refused(password, UserFactory(username="user-8", display_name=name, phone="")) is expected


def test_without_an_account_there_is_nothing_to_tell():
    validate_password("Shan-Lu-7788")


@given(name=st.text(max_size=20), number=st.sampled_from(["", NUMBER, NUMBER[:-1] + "X"]), phone=st.text(max_size=12))
def test_no_piece_is_so_short_that_it_forbids_everything(name, number, phone):
    assert all(len(piece) >= 4 for piece in telling(name, number, phone))
