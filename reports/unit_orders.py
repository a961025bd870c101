"""A change of units as an office orders it, and the forecast of what will come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cadres.actions.close_accounts import POSTED_ROLES
from cadres.models import Posting, WorkTeam
from townships.divisions import Plan
from townships.models import AdministrativeUnit, Appointment

#: What may stay behind, by key: the words of the wizard.
CARRIED = {
    "appointments": "任职",
    "teams": "驻村工作队",
    "institutions": "派出和后盾单位名录",
    "facilities": "村级设施",
    "fences": "打卡范围",
    "policies": "本单位自定的办法",
    "exemptions": "免考勤日",
}
#: In place of a village: the person's posting ends.
ENDS = "end"


@dataclass(frozen=True)
class Order:
    """What is to happen. `target` is the new parent, or the unit merged into; `people` says by posting where somebody
    goes: the number of a part, the code of a village, or `ENDS`."""

    kind: str
    unit: AdministrativeUnit
    day: date
    target: AdministrativeUnit | None = None
    others: tuple[AdministrativeUnit, ...] = ()
    name: str = ""
    code: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    appointments_left: frozenset[int] = frozenset()
    document_number: str = ""
    reason: str = ""

    @property
    def sources(self) -> tuple[AdministrativeUnit, ...]:
        return (self.unit, *self.others)


@dataclass
class Person:
    """One running posting, and where it goes: a key of the plan, or None when it ends. `why` blocks."""

    posting: Posting
    to: int | None = None
    stays: bool = False
    why: str = ""


@dataclass
class Forecast:
    """What an order will do."""

    order: Order
    plan: Plan
    units: dict[int, AdministrativeUnit]
    people: list[Person] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    teams: list[WorkTeam] = field(default_factory=list)
    homeless: frozenset[int] = frozenset()
    leaves: int = 0
    leaves_kept: int = 0
    blocks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def moving(self) -> list[Person]:
        return [one for one in self.people if one.to is not None and not one.stays]

    @property
    def ending(self) -> list[Person]:
        """Whose posting ends; of whom it is not said yet where he goes is in neither list."""
        return [one for one in self.people if one.to is None and self.order.people.get(one.posting.pk) == ENDS]

    def name_of(self, key: int) -> str:
        return self.units[key].name if key > 0 else self.plan.of(key).name

    @cached_property
    def posted_to(self) -> dict[int, int]:
        """Where people with an account are posted from the day on."""
        return {
            one.posting.cadre.user_id: one.to
            for one in self.people
            if one.to is not None and one.posting.cadre.user_id is not None
        }

    def goes(self, appointment: Appointment) -> int | None:
        """The key of the unit where a role goes on: after the posting of who is posted, else after the unit.

        None where it does not: also a role that only the units above the old one know.
        """
        if appointment.pk in self.homeless:
            return None
        if appointment.acts_as in POSTED_ROLES and appointment.user_id in self.posted_to:
            return self.posted_to[appointment.user_id]
        return self.plan.heirs.get(appointment.unit_id)

    def standing_above(self, key: int) -> AdministrativeUnit:
        """The unit of a key; of one that is not there yet the lowest above it that is."""
        while key < 0:
            key = self.plan.of(key).parent
        return self.units[key]

    def placeholder(self, key: int) -> AdministrativeUnit:
        """The unit of a key; one that is not there yet as an unsaved row."""
        if key > 0:
            return self.units[key]
        born = self.plan.of(key)
        return AdministrativeUnit(name=born.name, division_code=born.code, level=born.level, begins=self.plan.day)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "units_ended": len(self.plan.ended),
            "units_new": len(self.plan.born),
            "people_moving": len(self.moving),
            "people_ending": len(self.ending),
            "appointments": len(self.appointments),
            "teams": len(self.teams),
            "leaves": self.leaves,
            "leaves_kept": self.leaves_kept,
        }
