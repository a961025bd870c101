"""Accounts for the people who live in the villages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cadres.models import Cadre, Posting
from townships.access import require
from townships.actions.open_account import open_account
from townships.errors import Refused
from townships.models import User
from townships.role_book import book_of

#: 队内职务 of those who sign the team's sheet.
_LEADING = ("队长", "第一书记")


class NoPosting(Refused):
    code = "account.no_posting"
    message = "所选人员里没有正在驻村又还没有账号的人。"


@dataclass(frozen=True)
class NewAccount:
    """One line of the sheet of first passwords; the password is stored nowhere."""

    name: str
    village: str
    username: str
    password: str
    role: str
    title: str


def _username(cadre: Cadre, taken: set[str]) -> str:
    """The phone number, which people know by heart; without a free one, a number of ours."""
    name = cadre.phone if cadre.phone and cadre.phone not in taken else f"zc{cadre.pk:06d}"
    taken.add(name)
    return name


@transaction.atomic
def open_member_accounts(*, cadres: Iterable[Cadre], day: date, actor: User | None = None) -> list[NewAccount]:
    """Open an account for each person posted on `day` who has none, as member or team leader of his village.

    A team leader signs his village's sheet, so whoever leads by his 队内职务 gets that role.
    The right is manage_appointments at each village. Nobody to open one for is refused.
    """
    wanted = {cadre.pk for cadre in cadres if cadre.user_id is None}
    postings = Posting.objects.active_on(day).filter(cadre__in=wanted).select_related("cadre", "village")
    by_cadre = {posting.cadre_id: posting for posting in postings.order_by("begins", "pk")}
    if not by_cadre:
        raise NoPosting
    phones = [posting.cadre.phone for posting in by_cadre.values()]
    taken = set(User.objects.filter(username__in=phones).values_list("username", flat=True))
    book = book_of(*(posting.village.path for posting in by_cadre.values()))
    opened = []
    for posting in by_cadre.values():
        require(actor, "manage_appointments", posting.village)
        cadre = posting.cadre
        role = "team_leader" if any(word in posting.team_role for word in _LEADING) else "member"
        user, password = open_account(
            username=_username(cadre, taken),
            display_name=cadre.name,
            phone=cadre.phone,
            role=role,
            unit=posting.village,
            begins=day,
            ends=posting.ends,
            actor=actor,
        )
        cadre.user = user
        cadre.save()
        title = book.at(role, posting.village.path).name
        opened.append(NewAccount(cadre.name, posting.village.name, user.username, password, role, title))
    return opened
