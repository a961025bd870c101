"""On whose behalf somebody acts, and nobody decides about himself: what every decision asks before it is taken.

Rule source: house.md decision 3; handbook, Actors. One who acts by delegation decides in his principal's place, so the
principal's own matter is not his to decide either.
"""

from django.db import models

from townships.access import path_of, require, require_other
from townships.errors import OwnMatter
from townships.models import User


def principal_of(actor: User | None, capability: str, obj: models.Model) -> User | None:
    """On whose behalf `actor` uses the capability at the unit of `obj`; None where the right is his own."""
    path = path_of(obj)
    if actor is None or path is None:
        return None
    principal = actor.acts_for(capability, path)
    return User.objects.get(pk=principal) if principal else None


def require_deciding(actor: User | None, capability: str, obj: models.Model, *, about: User | None) -> User | None:
    """Ask the right to decide about a person (`about` is his account, if he has one); answers on whose behalf.

    Refused about himself, and about the one whose delegate he is there.
    """
    require(actor, capability, obj)
    return require_others_matter(actor, capability, obj, about=about)


def require_others_matter(actor: User | None, capability: str, obj: models.Model, *, about: User | None) -> User | None:
    """The same where the right has been asked in another way."""
    require_other(actor, about)
    principal = principal_of(actor, capability, obj)
    if principal is not None and about is not None and principal.pk == about.pk:
        raise OwnMatter(f"您受{principal}委托代理，不能办理他本人的事项，请由上一级或其他负责人办理。")
    return principal


def subject_of(obj: models.Model | None) -> User | None:
    """The account of the person a row is about, by the `member_path` of its model; None where it is about nobody."""
    path = getattr(obj, "member_path", "")
    value = obj
    for name in path.split("__") if path else ():
        value = getattr(value, name, None)
    return value if path else None


def is_own(actor: User, obj: models.Model | None) -> bool:
    subject = subject_of(obj)
    return subject is not None and subject.pk == actor.pk


def require_writing(actor: User | None, capability: str, obj: models.Model) -> User | None:
    """Ask the right to write a row, which nobody does about himself; answers on whose behalf."""
    return require_deciding(actor, capability, obj, about=subject_of(obj))
