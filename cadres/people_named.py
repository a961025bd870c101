"""Who a row of an evidence file means: people posted in a unit's subtree, by identity number, name or phone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from cadres.models import Posting
from cadres.roster import identity, values
from cadres.roster.errors import Invalid
from cadres.roster.reader import Row
from cadres.roster_store import village_index
from townships.models import AdministrativeUnit

#: Names and numbers asked about in one query; SQLite takes so many parameters.
CHUNK = 5_000
KEYS = ("id_number", "name", "phone")


@dataclass
class Person:
    """A person with his postings in the subtree, in order of their beginning."""

    pk: int
    name: str
    id_number: str
    phone: str
    postings: list[Posting] = field(default_factory=list)

    def posting_on(self, day: date) -> Posting | None:
        """His posting of a day; of two the later one."""
        return next((posting for posting in reversed(self.postings) if posting.is_active_on(day)), None)

    def posting_between(self, first: date, last: date) -> Posting | None:
        """The first posting with a day in [first, last]."""
        return next((p for p in self.postings if p.begins <= last and (p.ends is None or p.ends > first)), None)

    @property
    def villages(self) -> str:
        return "、".join(dict.fromkeys(posting.village.name for posting in self.postings))


@dataclass(frozen=True)
class Named:
    """What a row says about who is meant, in normal form; "" where it says nothing."""

    id_number: str = ""
    name: str = ""
    phone: str = ""


def named(row: Row) -> Named:
    """Normal forms of a row's person cells. Raises Invalid; `key` of the column is that of the PersonRefused."""
    forms = {"id_number": identity.id_number, "name": values.name, "phone": lambda cell: identity.phone(cell)[0]}
    found = {}
    for key, form in forms.items():
        try:
            found[key] = form(row[key]) if row.table.has(key) else ""
        except Invalid as invalid:
            raise PersonRefused(key, invalid.code, invalid.advice) from None
    return Named(**found)


class PersonRefused(Invalid):
    """A row whose person cannot be told; `key` is the column to blame."""

    def __init__(self, key: str, code: str, advice: str) -> None:
        super().__init__(code, advice)
        self.key = key


class People:
    """The people that some rows speak about: one query a chunk of names, and one for villages where names clash."""

    def __init__(self, unit: AdministrativeUnit, wanted: Iterable[Named]) -> None:
        self.unit = unit
        self._by: dict[str, dict[str, list[Person]]] = {key: defaultdict(list) for key in KEYS}
        self._villages = None
        persons: dict[int, Person] = {}
        for posting in _postings(unit, list(wanted)):
            cadre = posting.cadre
            if cadre.pk not in persons:
                person = persons[cadre.pk] = Person(cadre.pk, cadre.name, cadre.id_number, cadre.phone)
                for key in KEYS:
                    if text := getattr(cadre, key):
                        self._by[key][text].append(person)
            persons[cadre.pk].postings.append(posting)

    def find(self, who: Named, row: Row, first: date, last: date) -> Person:
        """The one person meant. Names that several bear are told apart by phone, village, and who was posted then.

        Raises PersonRefused: required, person.unknown, person.ambiguous.
        """
        key = next((key for key in KEYS if getattr(who, key)), None)
        if key is None:
            asked = next((key for key in KEYS if row.table.has(key)), "name")
            raise PersonRefused(asked, "required", "没有填写：请写明是谁")
        found = self._by[key].get(getattr(who, key), [])
        if len(found) > 1:
            found = self._narrowed(found, who, row, first, last)
        if len(found) == 1:
            return found[0]
        if found:
            raise PersonRefused(key, "person.ambiguous", self._clash(found))
        raise PersonRefused(key, "person.unknown", self._unknown(who, key))

    def _narrowed(self, found: list[Person], who: Named, row: Row, first: date, last: date) -> list[Person]:
        tests = (
            lambda person: who.phone and person.phone == who.phone,
            lambda person: self._is_at(person, row),
            lambda person: person.posting_between(first, last) is not None,
        )
        for test in tests:
            found = [person for person in found if test(person)] or found
        return found

    def _is_at(self, person: Person, row: Row) -> bool:
        # Offices often keep a sheet a village in one file, named after it, or a table a village below its title.
        if any(posting.village.name in line for posting in person.postings for line in row.table.above):
            return True
        # An app's file names the department, which often is the village.
        written = row["village"] if row.table.has("village") else row["department"] or row.table.sheet
        text = values.village(written)
        if self._villages is None:
            self._villages = village_index(self.unit)
        try:
            village = self._villages.find(text)
        except Invalid:
            return False
        return any(posting.village_id == village.pk for posting in person.postings)

    @staticmethod
    def _clash(found: Sequence[Person]) -> str:
        places = "；".join(person.villages for person in found)
        return f"有 {len(found)} 个人都是这样写的（{places}）：请补上身份证号，或写明驻村名称"

    def _unknown(self, who: Named, key: str) -> str:
        if key == "id_number" and self._by["name"].get(who.name):
            return f"与{self.unit.name}花名册里{who.name}的号码不一样：请照证件核对身份证号"
        return f"在{self.unit.name}的派驻人员里找不到：请核对是否写错，新来的人请先导入花名册"


def _postings(unit: AdministrativeUnit, wanted: list[Named]) -> Iterable[Posting]:
    """Postings of the subtree whose person bears one of the wanted numbers, names or phones."""
    texts = {key: sorted({getattr(who, key) for who in wanted} - {""}) for key in KEYS}
    seen: set[int] = set()
    for start in range(0, max(map(len, texts.values()), default=0), CHUNK):
        asked = Q(pk__in=[])
        for key, some in texts.items():
            asked |= Q(**{f"cadre__{key}__in": some[start : start + CHUNK]})
        rows = Posting.objects.within(unit).filter(asked).select_related("cadre", "village").order_by("begins", "pk")
        for posting in rows:
            if posting.pk not in seen:
                seen.add(posting.pk)
                yield posting
