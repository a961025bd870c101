"""Who may do what: the one place that decides.

Django's `user.has_perm`, the admin, the pages, the API and every action ask here. `paths(capability)`
of the user (appointments in force today) answers which subtrees; this module turns it into an answer
about one object. A thing out of reach is `OutOfReach` (404), a thing in reach without the right is
`NotAllowed` (403). It fails closed: no appointment, nothing.
"""

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AdministrativeUnit, User
from townships.paths import covered
from townships.roles import CAPABILITIES, DESK_ROLES


def path_of(obj: models.Model) -> str | None:
    """The path of the unit an object belongs to; None when it belongs to several (ask the queryset then).

    None too where the unit cannot be read at all: the row is out of reach, and its unit behind the wall.
    """
    value = obj
    for name in type(obj).unit_path.split("__"):
        try:
            value = getattr(value, name, None)
        except ObjectDoesNotExist:
            return None
        if value is None or isinstance(value, models.Manager):
            return None
    return value


def can(user: User, capability: str, obj: models.Model) -> bool:
    """Whether `user` holds `capability` at the unit of `obj` (or at `obj`, a unit) today."""
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    path = path_of(obj)
    if path is None:
        return type(obj)._default_manager.reachable_by(user, capability).filter(pk=obj.pk).exists()
    return covered(path, user.paths(capability))


def sees(user: User, obj: models.Model) -> bool:
    """Whether the object exists for the user: some capability covers it, it is his own, or his institution's."""
    if not user.is_active:
        return False
    path = path_of(obj)
    if path is not None and user.reaches(path):
        return True
    if isinstance(obj, AdministrativeUnit):
        return False
    view = type(obj).capabilities["view"]
    return type(obj)._default_manager.reachable_by(user, view).filter(pk=obj.pk).exists()


def require(user: User | None, capability: str, obj: models.Model) -> None:
    """Refuse unless the user holds the capability there. None is the operator at the command line or the scheduler."""
    if user is None or can(user, capability, obj):
        return
    if not sees(user, obj):
        raise OutOfReach
    raise NotAllowed(f"您没有“{CAPABILITIES[capability]}”的权限，请联系上级管理员。")


def unit_for(user: User, code: str, capability: str) -> AdministrativeUnit:
    """The unit with a division code where the user holds the capability: OutOfReach (404) or NotAllowed (403) otherwise.

    A code that no unit has any more leads to the one that had it.
    """
    unit = AdministrativeUnit.objects.reachable_by(user, capability).filter(division_code=code).first()
    if unit is None:
        seen = AdministrativeUnit.objects.reachable_by(user, "view_members").with_code(code)
        if seen is None:
            raise OutOfReach
        require(user, capability, seen)
        return seen
    return unit


def require_other(user: User | None, subject: User | None) -> None:
    """Nobody decides about himself: `subject` is the account of the person decided about, if he has one."""
    if user is not None and subject is not None and user.pk == subject.pk:
        raise OwnMatter


def may_use_admin(user: User) -> bool:
    return user.is_active and (user.is_superuser or bool(user.is_authenticated and user.roles_today() & DESK_ROLES))


def capability_for(perm: str) -> str | None:
    """The capability behind a Django permission name, "cadres.change_posting" → "manage_roster"."""
    app_label, _, codename = perm.partition(".")
    if app_label == "townships" and codename in CAPABILITIES:
        return codename
    action, _, model_name = codename.partition("_")
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        return None
    return getattr(model, "capabilities", {}).get(action)


class UnitAccessBackend(ModelBackend):
    """Makes `user.has_perm("app.action_model", obj)` agree with the tree."""

    def user_can_authenticate(self, user) -> bool:
        from_settings = apps.get_app_config("townships").demo_logins_allowed()
        return super().user_can_authenticate(user) and (from_settings or not user.is_demo)

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        capability = capability_for(perm)
        if capability is None:
            return False
        if obj is None:
            return bool(user_obj.paths(capability))
        return can(user_obj, capability, obj)

    def has_module_perms(self, user_obj, app_label) -> bool:
        return may_use_admin(user_obj)

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        return set()
