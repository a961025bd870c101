"""A generated nation of two provinces in which every word says whose it is.

From one seed: deep trees, every role at every depth, institutions that send people across counties, people moved from
county to county, postings and appointments that are over, units that ended. Whatever is written at a unit carries the
unit's token, whatever is about one person alone carries his. A token is eight letters that occur nowhere else, so an
answer of the program either holds it or does not.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cadres.models import Cadre, Posting
from tests.factories import id_number
from townships.actions.appoint import appoint
from townships.models import AdministrativeUnit, Institution, User
from townships.paths import child
from townships.periods import SHANGHAI
from townships.roles import ROLES

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
LEVELS = ("province", "city", "county", "township", "village")
WORDS = ("省", "市", "县", "镇", "村")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass
class Account:
    """Who looks. `paths` is where he holds something today, by the plan that made him and not by the program."""

    user: User
    role: str
    paths: tuple[str, ...] = ()
    institution: int | None = None
    cadre: int | None = None
    #: Where he was ever appointed: his own page tells him so.
    served: str = ""


@dataclass
class Estate:
    """The nation, and whose each token is."""

    units: list[AdministrativeUnit] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    institutions: dict[int, Institution] = field(default_factory=dict)
    #: token → path of the unit whose reach it needs
    of_unit: dict[str, str] = field(default_factory=dict)
    #: token → posting whose evidence it is, and whether his institution reads it
    of_posting: dict[str, tuple[int, bool]] = field(default_factory=dict)
    #: token → path of the unit; also read by everybody below it (names of units above, directories, rules in force)
    of_directory: dict[str, str] = field(default_factory=dict)
    #: token → key of the person, and whether it needs the posting that holds him now
    of_person: dict[str, tuple[int, bool]] = field(default_factory=dict)
    of_institution: dict[str, int] = field(default_factory=dict)
    #: token → key of the account whose own it is
    of_account: dict[str, int] = field(default_factory=dict)
    #: token → key of the village or township, also read by whoever is or was posted there: his team, a meeting he missed
    of_members: dict[str, int] = field(default_factory=dict)

    def below(self, level: str, inside: str = "") -> list[AdministrativeUnit]:
        return [unit for unit in self.units if unit.level == level and unit.path.startswith(inside)]

    def __deepcopy__(self, memo) -> "Estate":
        return self


class Builder:
    """Makes the tree, the people and the accounts; `tests.leaks.furniture` fills in the rest."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.estate = Estate()
        self.used: set[str] = set()
        self.serial = 0

    def token(self) -> str:
        while (made := "".join(self.dice.choices(LETTERS, k=8))) in self.used:
            continue
        self.used.add(made)
        return made

    def unit_token(self, unit: AdministrativeUnit, *, directory: bool = False) -> str:
        made = self.token()
        (self.estate.of_directory if directory else self.estate.of_unit)[made] = unit.path
        return made

    def posting_token(self, posting: Posting, *, sender: bool = True) -> str:
        made = self.token()
        self.estate.of_posting[made] = (posting.pk, sender)
        return made

    def phone(self) -> str:
        self.serial += 1
        return f"1990{self.dice.randrange(100):02d}{self.serial:05d}"

    def tree(self) -> None:
        for number in (1, 2):
            self._grow(None, number, 0)

    def _grow(self, parent: AdministrativeUnit | None, number: int, depth: int) -> None:
        name = self.token()
        path = child(parent.path if parent else "", number)
        unit = AdministrativeUnit.objects.create(
            level=LEVELS[depth],
            name=f"{name}{WORDS[depth]}",
            division_code=f"46{path.replace('000', '')[:10]:0<10}",
            parent=parent,
            path=path,
            begins=date(2020, 1, 1),
            ends=date(2026, 7, 1) if depth == 4 and number == 3 else None,
        )
        self.estate.units.append(unit)
        self.estate.of_directory[name] = path
        if depth == 4:
            return
        # The first township of a county has a third village, which ended.
        children = (0, 1, 2, 2, 3 if number == 1 else 2)[depth + 1]
        for below in range(1, children + 1):
            self._grow(unit, below, depth + 1)

    def institution(self, unit: AdministrativeUnit) -> Institution:
        name = self.token()
        made = Institution.objects.create(
            name=f"{name}局", unit=unit, contact=self.unit_token(unit), phone=self.unit_token(unit)
        )
        self.estate.of_directory[name] = unit.path
        self.estate.of_institution[name] = made.pk
        self.estate.institutions[made.pk] = made
        return made

    def person(self) -> Cadre:
        """His name is known wherever he was; number in full, phone and major only where he is."""
        name, major, phone = self.token(), self.token(), self.phone()
        self.serial += 1
        number = id_number(10_000 + self.serial, born=f"19{self.dice.randrange(70, 99)}0{self.dice.randrange(1, 9)}15")
        cadre = Cadre.objects.create(name=f"甘{name}", id_number=number, phone=phone, major=major, sex="男")
        known, current = (cadre.pk, False), (cadre.pk, True)
        self.estate.of_person |= {name: known, number: current, cadre.masked_id_number: known}
        self.estate.of_person |= {phone: current, cadre.masked_phone: current, major: current}
        return cadre

    def posting(self, cadre: Cadre, village: AdministrativeUnit, **fields) -> Posting:
        made = Posting.objects.create(
            cadre=cadre, village=village, **{"begins": date(2026, 3, 1), "team_role": "队员", **fields}
        )
        made.position, made.portfolio = self.posting_token(made), self.posting_token(made)
        made.extra = {"备注": self.posting_token(made)}
        made.save()
        self.estate.postings.append(made)
        return made

    def people(self) -> None:
        estate, dice = self.estate, self.dice
        senders = [self.institution(unit) for unit in estate.below("province") + estate.below("county")]
        for village in estate.below("village"):
            if village.ends:
                self.posting(self.person(), village, begins=date(2026, 1, 1), ends=village.ends)
                continue
            near = [sender for sender in senders if village.path.startswith(sender.unit.path)]
            self.posting(self.person(), village, dispatching_institution=dice.choice(near), team_role="队长")
            self.posting(self.person(), village, dispatching_institution=dice.choice(near), dispatch_level="县")
        self._movers(senders)

    def _movers(self, senders: list[Institution]) -> None:
        """For each county somebody who left for another, another province included, and somebody who came back."""
        counties = self.estate.below("county")
        for number, county in enumerate(counties):
            away = counties[(number + 1) % len(counties)]
            far = counties[(number + len(counties) // 2) % len(counties)]
            for target in (away, far):
                sender = next(one for one in senders if one.unit_id == county.pk)
                cadre = self.person()
                homes = [self.dice.choice(self._open_villages(unit)) for unit in (county, target)]
                moved = date(2026, 8, 1) + timedelta(days=self.dice.randrange(90))
                self.posting(cadre, homes[0], begins=date(2025, 6, 1), ends=moved)
                # His institution stays what it was: it reaches across.
                self.posting(cadre, homes[1], begins=moved, dispatching_institution=sender)

    def _open_villages(self, unit: AdministrativeUnit) -> list[AdministrativeUnit]:
        return [one for one in self.estate.below("village", unit.path) if one.ends is None]

    def account(self, key: str, role: str, unit: AdministrativeUnit | None, *, token_of=None, **terms) -> Account:
        mark = self.unit_token(token_of or unit) if (token_of or unit) else self.token()
        user = User(username=f"u{mark.lower()}", display_name=f"用户{key}", phone=mark)
        user.set_unusable_password()
        user.save()
        self.estate.of_account[mark] = user.pk
        made = Account(user, role, served=unit.path if unit else "")
        if unit is not None:
            over = bool(terms.get("ends"))
            appoint(user=user, role=role, unit=unit, **{"begins": date(2026, 1, 1), **terms})
            made.institution = terms["institution"].pk if "institution" in terms else None
            holds = ROLES[role][1] and not over and made.institution is None
            made.paths = (unit.path,) if holds else ()
        made.user = User.objects.get(pk=user.pk)
        self.estate.accounts[key] = made
        return made

    def cast(self) -> None:
        """Every role at a unit of the first province; some of the second, whose doors must be as shut."""
        estate = self.estate
        for province in estate.below("province"):
            first = {level: estate.below(level, province.path)[0] for level in LEVELS}
            own = "" if province is estate.units[0] else "2"
            for role in ROLES:
                place = _place_of(role, first)
                if role == "institution_officer":
                    sender = next(one for one in estate.institutions.values() if one.unit_id == first["county"].pk)
                    self.account(role + own, role, first["county"], institution=sender)
                elif role != "member":
                    self.account(role + own, role, first[place])
            self._members(own, first)
            self.account("former" + own, "county_organization", first["county"], ends=date(2026, 6, 1))
            self.account("nobody" + own, "member", None, token_of=first["county"])

    def _members(self, own: str, first: dict) -> None:
        """The first village's member, and somebody who was moved away from the first county."""
        here = [one for one in self.estate.postings if one.village_id == first["village"].pk and one.ends is None]
        inside = first["county"].path
        moved = [one for one in self.estate.postings if one.ends and one.begins.year == 2025]
        left = [one for one in moved if one.village.path.startswith(inside)]
        for key, posting in (("member", here[1]), ("mover", left[0])):
            now = next(one for one in self.estate.postings if one.cadre_id == posting.cadre_id and one.ends is None)
            account = self.account(key + own, "member", now.village, begins=now.begins)
            if now != posting:
                appoint(
                    user=account.user, role="member", unit=posting.village, begins=posting.begins, ends=posting.ends
                )
            cadre = Cadre.objects.get(pk=posting.cadre_id)
            cadre.user = account.user
            cadre.save()
            account.cadre = cadre.pk


def _place_of(role: str, first: dict) -> str:
    head = role.partition("_")[0]
    return (
        head
        if head in first
        else {"squad": "village", "team": "village", "auditor": "county", "region": "county"}.get(head, "village")
    )


def expected(estate: Estate, account: Account) -> set[str]:
    """The tokens the account may be shown, from the plan alone."""
    paths = account.paths
    below = [one for one in estate.postings if _inside(one.village.path, paths)]
    own = [one for one in estate.postings if one.cadre_id == account.cadre]
    sent = [
        one for one in estate.postings if account.institution and one.dispatching_institution_id == account.institution
    ]
    in_reach = below + own + sent
    near = [*paths, *(one.village.path for one in in_reach)]
    near += [estate.institutions[account.institution].unit.path] if account.institution else []
    seen = {one.cadre_id for one in in_reach}
    held = {one.cadre_id for one in in_reach if holds(estate, one)} | {account.cadre}
    senders = {one.dispatching_institution_id for one in in_reach} | {account.institution}
    theirs, sent_keys = {one.pk for one in below + own}, {one.pk for one in sent}
    shown = {token for token, path in estate.of_unit.items() if _inside(path, paths)}
    shown |= {
        token
        for token, path in estate.of_directory.items()
        if _inside(path, paths) or any(one.startswith(path) for one in near)
    }
    shown |= {
        token
        for token, (posting, sender) in estate.of_posting.items()
        if posting in theirs or (sender and posting in sent_keys)
    }
    shown |= {token for token, (cadre, need) in estate.of_person.items() if cadre in (held if need else seen)}
    shown |= {token for token, key in estate.of_account.items() if key == account.user.pk}
    posted = {key for one in own for key in (one.village_id, one.village.parent_id)}
    shown |= {token for token, key in estate.of_members.items() if key in posted}
    shown |= {unit.name[:8] for unit in estate.units if unit.path == account.served}
    shown |= {token for token, number in estate.of_institution.items() if number in senders}
    return shown


def _inside(path: str, paths) -> bool:
    return any(path.startswith(one) for one in paths)


def holds(estate: Estate, posting: Posting) -> bool:
    """Whether the person belongs to this posting's units today: it is not over, or he has no later one."""
    if posting.ends is None or posting.ends > TODAY:
        return True
    return not any(one.cadre_id == posting.cadre_id and one.begins > posting.begins for one in estate.postings)


def all_tokens(estate: Estate) -> set[str]:
    return {*estate.of_unit, *estate.of_directory, *estate.of_person, *estate.of_institution, *estate.of_posting}
