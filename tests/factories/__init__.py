"""Factories: the smallest valid row, differences named. Identity numbers are made up (region 4599)."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from cadres.models import Cadre, Posting
from townships.actions.appoint import appoint
from townships.models import AdministrativeUnit, Institution, User
from townships.paths import next_sibling

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int, *, born: str = "19800101") -> str:
    """A number with a valid check digit; the serial fills the region's and the order's digits."""
    seventeen = f"4599{serial // 1000 % 100:02d}{born}{serial % 1000:03d}"
    return seventeen + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, seventeen, strict=True)) % 11]


class UnitFactory(DjangoModelFactory):
    """A unit below `parent`; without one, a province."""

    class Meta:
        model = AdministrativeUnit

    level = "province"
    division_code = factory.Sequence(lambda n: f"46{n:010d}")
    name = factory.Sequence(lambda n: f"单位{n}")
    parent = None

    @factory.lazy_attribute
    def path(self):
        siblings = AdministrativeUnit.objects.filter(parent=self.parent)
        last = siblings.order_by("-path").values_list("path", flat=True).first()
        return next_sibling(self.parent.path if self.parent else "", last)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"用户{n}")
    password = factory.django.Password("zhucun-2026")


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    name = factory.Sequence(lambda n: f"县第{n}局")
    unit = factory.SubFactory(UnitFactory)


class CadreFactory(DjangoModelFactory):
    class Meta:
        model = Cadre

    name = factory.Sequence(lambda n: f"队员{n}")
    id_number = factory.Sequence(lambda n: id_number(n + 1))


class PostingFactory(DjangoModelFactory):
    class Meta:
        model = Posting

    class Params:
        ended = factory.Trait(ends=date(2026, 6, 1))

    cadre = factory.SubFactory(CadreFactory)
    village = factory.SubFactory(UnitFactory)
    begins = date(2026, 3, 1)


def user_with(role: str, unit, *, institution=None, begins=date(2026, 1, 1), ends=None, **fields) -> User:
    """An account that holds one role at one unit."""
    user = UserFactory(**fields)
    appoint(user=user, role=role, unit=unit, institution=institution, begins=begins, ends=ends)
    return User.objects.get(pk=user.pk)
