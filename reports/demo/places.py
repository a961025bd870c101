"""Writes the demo's units, institutions, facilities, fences and people."""

from dataclasses import dataclass, field
from datetime import date

from simple_history.utils import bulk_create_with_history

from attendance.models import Fence
from cadres.models import Batch, Cadre, Posting, WorkTeam
from reports.demo import town
from reports.demo.people import Person, members
from reports.demo.span import Span
from reports.demo.story import begins
from reports.demo.town import Township
from townships.actions.create_unit import create_unit
from townships.models import AdministrativeUnit, Facility, Institution

BATCH_NAME = "新一批驻村工作队员"


@dataclass
class Place:
    """A township of the demo as it stands in the database."""

    plan: Township
    unit: AdministrativeUnit
    county: AdministrativeUnit
    villages: dict[str, AdministrativeUnit]
    people: list[Person]
    institutions: dict[str, Institution] = field(default_factory=dict)
    postings: dict[int, Posting] = field(default_factory=dict)

    @property
    def province(self) -> AdministrativeUnit:
        return self.county.parent.parent


def unit_of(
    code: str, name: str, level: str, parent: AdministrativeUnit | None, *, founded: date | None = None
) -> AdministrativeUnit:
    """The unit of this code; made when there is none (a province may be there already)."""
    found = AdministrativeUnit.objects.filter(division_code=code).first()
    return found or create_unit(parent=parent, code=code, level=level, name=name, begins=founded)


def place(plan: Township, county_name: str, city: AdministrativeUnit, span: Span) -> Place:
    county = unit_of(plan.county, county_name, "county", city)
    unit = unit_of(plan.code, plan.name, "township", county)
    villages = {one.code: unit_of(one.code, one.name, "village", unit) for one in plan.villages}
    made = Place(plan, unit, county, villages, members(plan))
    _institutions(made)
    _grounds(made)
    _people(made, span)
    return made


def province_and_city() -> AdministrativeUnit:
    province = unit_of(*town.PROVINCE, "province", None)
    return unit_of(*town.CITY, "city", province)


def _institutions(made: Place) -> None:
    names = [person.institution for person in made.people] + [one.sponsor for one in made.plan.villages]
    for name in dict.fromkeys(names):
        made.institutions[name], _ = Institution.objects.get_or_create(
            unit=made.county, normalised_name=name, defaults={"name": name}
        )


def _grounds(made: Place) -> None:
    """What the villages have, and where their members are expected."""
    facilities = [
        Facility(unit=made.villages[code], kind=kind, quantity=quantity)
        for code, kind, quantity in town.facilities(made.plan.villages)
    ]
    bulk_create_with_history(facilities, Facility)
    fences = [
        Fence(unit=made.villages[one.code], latitude=one.latitude, longitude=one.longitude)
        for one in made.plan.villages
    ]
    bulk_create_with_history(fences, Fence)


def _people(made: Place, span: Span) -> None:
    batch = Batch.objects.create(unit=made.county, name=BATCH_NAME, begins=span.arrival)
    teams = [
        WorkTeam(
            village=made.villages[one.code],
            name=f"{one.name}驻村工作队",
            sponsoring_institution=made.institutions[one.sponsor],
            begins=span.arrival,
        )
        for one in made.plan.villages
    ]
    bulk_create_with_history(teams, WorkTeam)
    cadres = bulk_create_with_history([_cadre(person) for person in made.people], Cadre)
    postings = bulk_create_with_history(
        [
            Posting(
                cadre=cadre,
                village=made.villages[person.village.code],
                dispatching_institution=made.institutions[person.institution],
                position=person.position,
                dispatch_level=person.level,
                team_role=person.team_role,
                begins=begins(person, span),
                batch=batch,
                lodging=person.lodging,
            )
            for cadre, person in zip(cadres, made.people, strict=True)
        ],
        Posting,
    )
    made.postings = {person.number: posting for person, posting in zip(made.people, postings, strict=True)}


def _cadre(person: Person) -> Cadre:
    return Cadre(
        name=person.name,
        id_number=person.id_number,
        sex=person.sex,
        ethnicity=person.ethnicity,
        birth_month=f"{person.birth[:4]}-{person.birth[4:6]}",
        political_status=person.political_status,
        education=person.education,
        major=person.major,
        phone=person.phone,
    )
