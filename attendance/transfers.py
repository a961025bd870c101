"""Who in an upload is posted elsewhere and could be moved by the person who uploads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cadres import roster_store
from cadres.models import ImportRun, Posting
from cadres.roster import dates, identity
from cadres.roster.columns import ROSTER
from cadres.roster.errors import Invalid
from cadres.roster.villages import VillageIndex
from townships.models import User

ELSEWHERE = "cadre.posted_elsewhere"


@dataclass(frozen=True)
class TransferOffer:
    """A row whose person is posted elsewhere: from which posting to which village, and from which day."""

    row: int
    posting: Posting
    village: str
    village_pk: int
    begins: date

    @property
    def person(self) -> str:
        """Name and tail of the number: two persons of one name are told apart."""
        return f"{self.posting.cadre.name}（身份证尾号 {self.posting.cadre.id_number[-4:]}）"

    @property
    def last_day(self) -> date:
        return self.begins - timedelta(days=1)


@dataclass(frozen=True)
class _Wish:
    row: int
    number: str
    village: str
    begins: date


def transfer_offers(*, run: ImportRun, user: User, most: int = 50) -> list[TransferOffer]:
    """Offers for the first refused rows of a run, only of people whom `user` may move on both sides.

    A constant number of queries, none where no row was refused. Where more than one posting stands in the way
    nothing is offered: a person looks at his postings first.
    """
    wishes = list(_wishes(run, most)) if run.kind == "roster" and run.counts.get("refused") else []
    if not wishes:
        return []
    villages = roster_store.village_index(run.unit)
    held = Posting.objects.reachable_by(user, "manage_roster").filter(cadre__id_number__in={w.number for w in wishes})
    by_number: dict[str, list[Posting]] = {}
    for posting in held.select_related("cadre", "village").order_by("begins", "pk"):
        by_number.setdefault(posting.cadre.id_number, []).append(posting)
    return [offer for wish in wishes if (offer := _offer(wish, by_number.get(wish.number, []), villages))]


def _wishes(run: ImportRun, most: int) -> Iterable[_Wish]:
    rows = run.rows.filter(kind="refused", problems__icontains=ELSEWHERE).order_by("position")[:most]
    for row in rows:
        cells = dict(row.cells)
        number = next((p["value"] for p in row.problems if p["code"] == ELSEWHERE), "")
        wish = _wish(row.row, number, cells)
        if wish is not None and len(row.problems) == 1:
            yield wish


def _wish(row: int, number: str, cells: Mapping[str, str]) -> _Wish | None:
    village, start = cells.get(ROSTER.label("village"), ""), cells.get(ROSTER.label("start_date"), "")
    try:
        return _Wish(row, identity.id_number(number), village, date.fromisoformat(dates.date(start)))
    except (Invalid, ValueError):
        return None


def _offer(wish: _Wish, postings: list[Posting], villages: VillageIndex) -> TransferOffer | None:
    running = [p for p in postings if p.begins < wish.begins and p.is_active_on(wish.begins)]
    later = [p for p in postings if p.begins >= wish.begins]
    try:
        village = villages.find(wish.village, day=wish.begins.isoformat())
    except Invalid:
        return None
    if len(running) != 1 or later or running[0].village_id == village.pk:
        return None
    return TransferOffer(wish.row, running[0], village.name, village.pk, wish.begins)
