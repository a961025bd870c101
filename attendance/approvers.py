"""Who holds which role over a village on a day, and so who may decide a leave.

Rule source: house.md decision 3 and handbook, Actors: nobody decides about himself; whoever is away is
stood in for, or the request goes one level up.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from attendance.leave import Route, may_decide
from attendance.models import LeaveRequest
from townships.models import AdministrativeUnit, Appointment, User
from townships.paths import ancestors

#: From the village up; a request nobody can decide at its level goes to the next that has somebody.
LADDER = (
    "team_leader",
    "squad_leader",
    "township_secretary",
    "county_organization",
    "city_organization",
    "province_organization",
)
#: The deputy in charge decides in the secretary's place (handbook, Actors).
STANDS_IN = {"township_deputy": "township_secretary"}


class Holders:
    """The holders of every role over some villages on a day: one query for any number of villages."""

    def __init__(self, villages: Iterable[AdministrativeUnit], day: date) -> None:
        paths = {path for village in villages for path in ancestors(village.path)}
        rows = Appointment.objects.in_force(day).filter(unit__path__in=paths, institution__isnull=True)
        rows = rows.still_with("approve_leave")
        self._at: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._principals: dict[tuple[str, str], set[int]] = defaultdict(set)
        for path, role, user in rows.order_by().values_list("unit__path", "acts_as", "user_id"):
            self._at[path, STANDS_IN.get(role, role)].add(user)
            if role not in STANDS_IN:
                self._principals[path, role].add(user)

    def of(self, role: str, path: str) -> frozenset[int]:
        """Users holding a role at a village or above it."""
        role = STANDS_IN.get(role, role)
        return frozenset(user for each in ancestors(path) for user in self._at.get((each, role), ()))

    def stood_in_for(self, user: int, role: str, path: str) -> int | None:
        """Whose place a deputy takes: the one holder of the role itself; None for a holder of his own right."""
        principals = {one for each in ancestors(path) for one in self._principals.get((each, role), ())}
        if user in principals or user not in self.of(role, path) or len(principals) != 1:
            return None
        return principals.pop()

    def roles_of(self, user: int | None, path: str) -> frozenset[str]:
        """Roles a user holds over a village."""
        above = set(ancestors(path))
        return frozenset(role for (each, role), users in self._at.items() if each in above and user in users)

    def above(self, role: str, path: str, applicant: int | None) -> tuple[str, frozenset[int]]:
        """The next role up the ladder that somebody but the applicant holds; ("", nobody) when there is none."""
        role = STANDS_IN.get(role, role)
        start = LADDER.index(role) + 1 if role in LADDER else len(LADDER)
        for higher in LADDER[start:]:
            others = self.of(higher, path) - {applicant}
            if others:
                return higher, others
        return "", frozenset()

    def awaited(self, route: Route, path: str, applicant: int | None, *, after: str = "") -> str:
        """The role whose turn it is: the first reviewer there is, else who decides, raised where nobody can.

        `after` is the role that has just agreed. Empty when the deciding role has agreed.
        """
        steps = route.steps[route.steps.index(after) + 1 :] if after in route.steps else route.steps
        if after and (after == route.role or after not in route.steps):
            return ""
        for role in steps[:-1]:
            if self.of(role, path) - {applicant}:
                return role
        if self.of(route.role, path) - {applicant}:
            return route.role
        return self.above(route.role, path, applicant)[0] or route.role

    def may_overrule(self, user: int, role: str, path: str) -> bool:
        """Whether a user may take back what this role decided: he holds it, or a role above it."""
        role = STANDS_IN.get(role, role)
        rank = LADDER.index(role) if role in LADDER else 0
        return any(user in self.of(one, path) for one in (role, *LADDER[rank:]))

    def may_decide(self, user: int, leave: LeaveRequest) -> bool:
        """Whether it is this user's turn: he holds the awaited role, or nobody but the applicant does and he is next up."""
        path, applicant = leave.posting.village.path, leave.posting.cadre.user_id
        return may_decide(
            actor=user,
            applicant=applicant,
            holders=self.of(leave.awaiting_role, path),
            higher=self.above(leave.awaiting_role, path, applicant)[1],
        )


def waiting_for(user: User, day: date) -> list[LeaveRequest]:
    """Pending requests within reach whose turn it is for this user to decide, oldest first.

    Only requests that wait for a role of his are read; those left behind by a vacancy show in the list of the unit.
    """
    roles = {STANDS_IN.get(role, role) for role in user.roles_today()}
    pending = LeaveRequest.objects.reachable_by(user, "view_attendance").filter(
        state=LeaveRequest.State.PENDING, awaiting_role__in=roles
    )
    leaves = list(pending.select_related("posting__cadre", "posting__village").order_by("applied_at", "pk"))
    holders = Holders({leave.posting.village for leave in leaves}, day)
    return [leave for leave in leaves if holders.may_decide(user.pk, leave)]
