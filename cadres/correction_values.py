"""What is stored in the fields a member may ask to have corrected, as the texts of the roster; and setting them."""

from datetime import date, timedelta

from cadres.corrections import PERSON_FIELDS, POSTING_FIELDS
from cadres.models import Cadre, Posting
from cadres.roster_store import InstitutionDesk
from townships import wall
from townships.models import Institution

#: field → attribute, where they differ
_ATTRIBUTES = {"start_date": "begins", "end_date": "ends"}


def values_of(cadre: Cadre, posting: Posting | None) -> dict[str, str]:
    """Field → stored value: of the posting where one is given, else of the person."""
    keys = POSTING_FIELDS if posting is not None else PERSON_FIELDS
    return {key: value_of(posting or cadre, key) for key in keys}


def value_of(row: Cadre | Posting, key: str) -> str:
    if key == "end_date":
        return row.last_day.isoformat() if row.last_day else ""
    value = getattr(row, _ATTRIBUTES.get(key, key))
    if isinstance(value, date):
        return value.isoformat()
    return value.name if isinstance(value, Institution) else value or ""


def set_value(row: Cadre | Posting, key: str, value: str) -> None:
    """Put a normal form into its attribute; an institution that is new is made, as by a roster."""
    if key == "start_date":
        row.begins = date.fromisoformat(value)
    elif key == "end_date":
        row.ends = date.fromisoformat(value) + timedelta(days=1)
    elif key == "dispatching_institution":
        institution, is_new = InstitutionDesk(row.village).find_or_draft(value)
        if is_new:
            with wall.beyond("a member's wish adds to the directory of his county, as a roster does"):
                institution.save()
        row.dispatching_institution = institution
    else:
        setattr(row, key, value)
