"""Bring accounts and their appointments in."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from cadres.actions.table_import import BATCH, CHANGED, NEW, SAME, Order, TableImport, field_changes, run_import
from cadres.roster import dates
from cadres.roster.directory_columns import ACCOUNTS, role, username, words
from cadres.roster.errors import Invalid
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.roster.values import institution_key
from cadres.roster_store import institutions_for
from cadres.unit_names import UnitNames
from townships import audit
from townships.actions.appoint import appoint_all
from townships.appointing import Appointing
from townships.errors import Refused
from townships.models import AdministrativeUnit, Appointment, AuditEntry, Institution, User
from townships.periods import today
from townships.role_book import book_of

_NAMES_ASKED = 5_000
_OFFICER = "institution_officer"


def import_accounts(**order) -> ImportReport:
    """Open the accounts of a file and give their roles (arguments: `Order`).

    A row is one role of one account, known by its user name. New accounts have no password yet: the list of accounts
    gives first passwords, to be printed (townships.actions.first_passwords). A role that is there is the same account,
    role, unit and institution in the same time; its dates may change, a blank leaves them. Roles go by what they are
    called at the unit. The right is manage_appointments, for each role as in `appoint`: nobody grants what he lacks,
    nor anything to himself, nor to somebody above or beside him.
    """
    return run_import(
        Order(**order),
        columns=ACCOUNTS,
        capability="manage_appointments",
        act="accounts.imported",
        take=lambda run: _AccountImport(run).take(),
    )


@dataclass(eq=False)
class _Line:
    """A row in normal form."""

    row: Row
    username: str
    display_name: str
    phone: str
    role: str
    unit: AdministrativeUnit
    institution: Institution | None
    begins: date | None
    ends: date | None
    user: User | None = None

    @property
    def post(self) -> tuple[str, str, int, int | None]:
        institution = self.institution.pk if self.institution else None
        return self.username, self.role, self.unit.pk, institution


class _AccountImport:
    def __init__(self, run: TableImport) -> None:
        self.run = run
        self.units = UnitNames(run.unit)
        self.book = book_of(run.unit.path)
        self.roles_at = cache(self.book.all_at)
        self.institutions = {
            institution_key(one.name): one for one in institutions_for(run.unit).select_related("unit").order_by("-pk")
        }
        self.known: dict[str, User] = {}
        self.within_reach: set[int] = set()
        self.fresh: dict[str, User] = {}
        self.held: dict[tuple[str, str, int, int | None], list[Appointment]] = defaultdict(list)
        self.given: list[Appointment] = []
        self.changed: list[Appointment] = []

    def take(self) -> None:
        lines = [line for row in self.run.every_row() if (line := self._line(row)) is not None]
        self._load(lines)
        for line in lines:
            if self._has_account(line):
                self._judge(line)
        self._write()

    # ---- reading

    def _line(self, row: Row) -> _Line | None:
        if words("acting_for", row["acting_for"]):
            self.run.leave_out(row, "委托代理不随表导入，请在“委托代理”里办理")
            return None
        forms = {
            "username": username,
            "display_name": lambda cell: words("display_name", cell),
            "phone": lambda cell: words("phone", cell),
            "unit": lambda cell: self.units.find(row["unit_code"] or cell),
            "role": lambda cell: role(cell, self.roles_at(found.get("unit", self.run.unit).path)),
            "institution": self._institution,
            "begins": lambda cell: self._day(row, cell),
            "ends": lambda cell: self._day(row, cell),
        }
        found = {}
        for key, form in forms.items():
            try:
                found[key] = form(row[key])
            except Invalid as invalid:
                self.run.refuse(row, key, invalid.code, invalid.advice)
                continue
            if key in ("username", "display_name", "role") and not found[key]:
                self.run.refuse(row, key, "required", "没有填写：请补上后重新上传")
        if self.run.is_refused(row):
            return None
        line = _Line(row, **found)
        return line if self._is_in_order(line) else None

    def _day(self, row: Row, cell: object) -> date | None:
        written = dates.end_date(cell, epoch_1904=row.table.epoch_1904)
        return date.fromisoformat(written) if written else None

    def _institution(self, cell: object) -> Institution | None:
        name = words("name", cell)
        if not name:
            return None
        if institution_key(name) not in self.institutions:
            raise Invalid("institution.unknown", "还没有登记：请先导入派出和后盾单位名录，或核对名称")
        return self.institutions[institution_key(name)]

    def _is_in_order(self, line: _Line) -> bool:
        is_officer = self.book.at(line.role, line.unit.path).acts_as == _OFFICER
        if is_officer and line.institution is None:
            self.run.refuse(line.row, "institution", "required", "没有填写：派出单位联络员要写明是哪个派出单位")
        elif not is_officer and line.institution is not None:
            self.run.warn(
                line.row, "institution", "institution.ignored", "只有派出单位联络员用得上，没有记入：不用处理"
            )
            line.institution = None
        if line.begins and line.ends and line.ends <= line.begins:
            self.run.refuse(line.row, "ends", "date.invalid", "不晚于开始日期：结束日期是不再任职的第一天，请核对")
        return not self.run.is_refused(line.row)

    def _load(self, lines: list[_Line]) -> None:
        names = sorted({line.username for line in lines})
        for start in range(0, len(names), _NAMES_ASKED):
            users = User.objects.filter(username__in=names[start : start + _NAMES_ASKED])
            self.known |= {user.username: user for user in users.order_by()}
            if self.run.actor is not None:
                mine = users.reachable_by(self.run.actor, "manage_appointments").order_by()
                self.within_reach |= set(mine.values_list("pk", flat=True))
        held = Appointment.objects.own().filter(user__in=self.known.values()).select_related("user", "unit")
        for one in held.order_by("begins", "pk"):
            self.held[one.user.username, one.role, one.unit_id, one.institution_id].append(one)
        self.rights = Appointing(self.run.actor, users=self.known.values(), units=[], book=self.book)

    # ---- judging

    def _has_account(self, line: _Line) -> bool:
        """The account of the row, a new one where there is none; a stranger's account stays a stranger's."""
        known = self.known.get(line.username)
        if known is not None and self.run.actor is not None and known.pk not in self.within_reach:
            self.run.refuse(line.row, "username", "account.taken", "已被别人使用：请换一个用户名")
            return False
        if known is not None:
            if known.display_name != line.display_name:
                advice = f"与已登记的姓名“{known.display_name}”不一样，没有改名：改名请在账号里办理"
                self.run.warn(line.row, "display_name", "name.mismatch", advice)
            line.user = known
            return True
        fresh = self.fresh.get(line.username)
        if fresh is not None and fresh.display_name != line.display_name:
            self.run.refuse(line.row, "username", "duplicate.row", f"与前面{fresh.display_name}的用户名相同：请换一个")
            return False
        line.user = fresh or User(
            username=line.username,
            display_name=line.display_name,
            phone=line.phone,
            password=make_password(None),
        )
        return True

    def _may_appoint(self, line: _Line, held: Appointment | None = None) -> bool:
        """As `appoint` and, for a role that is held already, as `change_appointment` ask."""
        who = {"user": line.user, "unit": line.unit}
        post = {**who, "role": line.role, "institution": line.institution}
        try:
            if held is None:
                self.rights.require_giving(**post)
            else:
                self.rights.require_handling(**who)
                self.rights.require_giving(**post, besides=held.pk, kept=self.rights.is_running(held))
        except Refused as refused:
            self.run.refuse(line.row, "role", refused.code, refused.message.rstrip("。"))
            return False
        return True

    def _judge(self, line: _Line) -> None:
        begins = line.begins or today()
        held = [one for one in self.held[line.post] if _meets(one, line, begins)]
        if any(one.pk is None for one in held):
            self.run.refuse(line.row, "role", "duplicate.row", "与前面的一行是同一个任职：请只保留一行")
        elif held:
            self._compare(line, held[-1])
        else:
            self._give(line, begins)

    def _give(self, line: _Line, begins: date) -> None:
        if line.ends and line.ends <= begins:
            self.run.refuse(line.row, "ends", "date.invalid", "已经过了，又没有写开始日期：请写明开始日期")
            return
        if not self._may_appoint(line):
            return
        if line.user.pk is None:
            self.fresh.setdefault(line.username, line.user)
        given = Appointment(
            user=line.user, role=line.role, unit=line.unit, institution=line.institution, begins=begins, ends=line.ends
        )
        self.given.append(given)
        self.held[line.post].append(given)
        self.run.judged(line.row, NEW)

    def _compare(self, line: _Line, held: Appointment) -> None:
        said = {name: getattr(line, name) for name in ("begins", "ends") if getattr(line, name) is not None}
        before = {name: getattr(held, name) for name in said}
        after = {name: value for name, value in said.items() if value != before[name]}
        if not after:
            self.run.judged(line.row, SAME)
            return
        begins, ends = after.get("begins", held.begins), after.get("ends", held.ends)
        if ends and ends <= begins:
            self.run.refuse(
                line.row, "begins", "date.invalid", f"不早于已登记的结束日期 {ends}：请同时填写新的结束日期"
            )
            return
        if not self._may_appoint(line, held):
            return
        self.run.judged(line.row, CHANGED, field_changes(Appointment, before, after))
        held.begins, held.ends = begins, ends
        self.changed.append(held)

    # ---- writing

    def _write(self) -> None:
        User.objects.bulk_create(self.fresh.values(), batch_size=BATCH)
        for appointment in self.given:
            appointment.user = self.fresh.get(appointment.user.username, appointment.user)
        place = {appointment.user.username: appointment.unit for appointment in self.given}
        opened = [
            AuditEntry(actor=self.run.actor, act="account.opened", unit=place[name], subject=name)
            for name in self.fresh
        ]
        audit.record_all(opened)
        note = self.run.note("导入账号和任职")
        appoint_all(given=self.given, changed=self.changed, actor=self.run.actor, note=note)


def _meets(held: Appointment, line: _Line, begins: date) -> bool:
    """Whether a held role and the row's are of one time: the same first day, or days in common."""
    if line.begins is None:
        return held.ends is None or held.ends > begins
    return held.begins == begins or (
        (held.ends is None or begins < held.ends) and (line.ends is None or held.begins < line.ends)
    )
