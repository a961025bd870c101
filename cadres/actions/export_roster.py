"""The people posted in a subtree on a day, with the roster's own columns."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef

from cadres.models import Cadre, Posting
from cadres.models.posting import PostingQuerySet
from cadres.roster.columns import ROSTER
from cadres.roster.workbook_out import EXTRA, roster_csv, write_roster
from townships import audit
from townships.access import can, require
from townships.models import AdministrativeUnit, User

KEYS = (*(column.key for column in ROSTER.columns), "unit_code")
"""What a row has: the keys of the roster table and the village's code."""

GOES_ALONG = ("phone", "political_status", "education", "major")
"""What goes along with a person who left for a place out of reach: it is no longer ours to tell."""


def export_roster(*, unit: AdministrativeUnit, day: date, actor: User | None = None) -> Iterator[dict[str, str]]:
    """Rows of the people posted in the unit's subtree on `day`, by village and first day; one query, streamed.

    Every value is text, "" where nothing is known; `end_date` is the last day. The right is view_members; without
    view_identity identity and telephone numbers are masked; of people who left since, what is theirs is left out. An
    export by a person is kept in the trail.
    """
    postings = _postings(unit, day, actor)
    masked = _opened(unit, day, actor, postings)
    return (_row(posting, masked=masked) for posting in _streamed(postings))


def roster_file(
    *, unit: AdministrativeUnit, day: date, title: str, footer: str = "", actor: User | None = None, form: str = "xlsx"
) -> bytes:
    """The same people as a file that goes in again unchanged: .xlsx or .csv, with the other columns of their rosters.

    Villages that share a name in the unit are written with their township in front.
    """
    postings = _postings(unit, day, actor)
    masked = _opened(unit, day, actor, postings)
    twice = _names_of_several_villages(unit, day)
    rows = (_file_row(posting, twice, masked=masked) for posting in _streamed(postings))
    if form == "csv":
        return roster_csv(rows, extras=_extra_headers(postings), footer=footer)
    return write_roster(rows, extras=_extra_headers(postings), title=title, footer=footer)


def _opened(unit: AdministrativeUnit, day: date, actor: User | None, postings: PostingQuerySet) -> bool:
    """Checks the right and keeps the export in the trail; answers whether numbers are masked."""
    require(actor, "view_members", unit)
    masked = actor is not None and not can(actor, "view_identity", unit)
    if actor is not None:
        details = {"day": day.isoformat(), "masked": masked, "people": postings.count()}
        audit.record(actor=actor, act="roster.exported", unit=unit, subject=unit.name, details=details)
    return masked


def _postings(unit: AdministrativeUnit, day: date, actor: User | None) -> PostingQuerySet:
    rows = Posting.objects.within(unit).active_on(day).order_by("village__path", "begins", "cadre__name", "pk")
    kept = Cadre.objects.all() if actor is None else Cadre.objects.kept_by(actor, "view_members")
    return rows.annotate(is_kept=Exists(kept.filter(pk=OuterRef("cadre_id"))))


def _streamed(postings: PostingQuerySet) -> Iterator[Posting]:
    together = postings.select_related("cadre", "village__parent", "dispatching_institution")
    return together.iterator(chunk_size=2000)


def _extra_headers(postings: PostingQuerySet) -> list[str]:
    """The other columns that some row has, in the order they are met."""
    filled = postings.exclude(extra={}).values_list("extra", flat=True)
    return list(dict.fromkeys(header for extra in filled.iterator(chunk_size=2000) for header in extra))


def _names_of_several_villages(unit: AdministrativeUnit, day: date) -> frozenset[str]:
    names = AdministrativeUnit.objects.within(unit).villages().active_on(day).order_by().values_list("name", flat=True)
    return frozenset(name for name, count in Counter(names).items() if count > 1)


def _file_row(posting: Posting, twice: frozenset[str], *, masked: bool) -> dict[str, str]:
    row = {f"{EXTRA}{header}": text for header, text in posting.extra.items()} | _row(posting, masked=masked)
    if posting.village.name in twice and posting.village.parent is not None:
        row["village"] = f"{posting.village.parent.name}{posting.village.name}"
    return row


def _row(posting: Posting, *, masked: bool) -> dict[str, str]:
    cadre, institution, last = posting.cadre, posting.dispatching_institution, posting.last_day
    masked = masked or not posting.is_kept
    row = {
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
    return row if posting.is_kept else row | dict.fromkeys(GOES_ALONG, "")
