"""The people posted in a subtree on a day, with the roster's own columns."""

from collections.abc import Iterator
from datetime import date

from cadres.models import Posting
from cadres.roster.columns import ROSTER
from townships import audit
from townships.access import can, require
from townships.models import AdministrativeUnit, User

KEYS = (*(column.key for column in ROSTER.columns), "unit_code")
"""What a row has: the keys of the roster table and the village's code."""


def export_roster(*, unit: AdministrativeUnit, day: date, actor: User | None = None) -> Iterator[dict[str, str]]:
    """Rows of the people posted in the unit's subtree on `day`, by village and first day; one query, streamed.

    Every value is text, "" where nothing is known; `end_date` is the last day. The right is view_members; without
    view_identity identity and telephone numbers are masked. An export by a person is kept in the trail.
    """
    require(actor, "view_members", unit)
    masked = actor is not None and not can(actor, "view_identity", unit)
    if actor is not None:
        details = {"day": day.isoformat(), "masked": masked}
        audit.record(actor=actor, act="roster.exported", unit=unit, subject=unit.name, details=details)
    return _rows(unit, day, masked=masked)


def _rows(unit: AdministrativeUnit, day: date, *, masked: bool) -> Iterator[dict[str, str]]:
    postings = (
        Posting.objects.within(unit)
        .active_on(day)
        .select_related("cadre", "village", "dispatching_institution")
        .order_by("village__path", "begins", "cadre__name", "pk")
    )
    for posting in postings.iterator(chunk_size=2000):
        yield _row(posting, masked=masked)


def _row(posting: Posting, *, masked: bool) -> dict[str, str]:
    cadre, institution, last = posting.cadre, posting.dispatching_institution, posting.last_day
    return {
        "name": cadre.name,
        "sex": cadre.sex,
        "ethnicity": cadre.ethnicity,
        "birth_month": cadre.birth_month,
        "id_number": cadre.masked_id_number if masked else cadre.id_number,
        "political_status": cadre.political_status,
        "education": cadre.education,
        "major": cadre.major,
        "dispatching_institution": institution.name if institution else "",
        "position": posting.position,
        "dispatch_level": posting.dispatch_level,
        "village": posting.village.name,
        "team_role": posting.team_role,
        "phone": cadre.masked_phone if masked else cadre.phone,
        "start_date": posting.begins.isoformat(),
        "end_date": last.isoformat() if last else "",
        "lodging": posting.lodging,
        "unit_code": posting.village.division_code,
    }
