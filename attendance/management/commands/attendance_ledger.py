"""`attendance_ledger`: one status for each member and day of a week, with flags, and the nights."""

from attendance.ledgers import UnitLedger, ledger_for
from attendance.signs import words_of
from townships.commands import JsonCommand
from townships.periods import today


class Command(JsonCommand):
    help = "输出一个单位一周的考勤台账：每人每天上午、下午的状态和疑点，以及住村夜数。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, help="12 位区划代码")
        parser.add_argument("--week", required=True, help="周，如 2026-W45")

    def answer(self, *, unit: str, week: str, **options) -> dict:
        chosen = self.week(week)
        ledger = ledger_for(unit=self.unit(unit), first=chosen.monday, last=chosen.sunday, today=today())
        for notice in ledger.notices:
            self.log(notice)
        return as_document(ledger)

    def in_words(self, document) -> str:
        lines = [
            f"{day['date']} {day['name']} {words_of(day['am'], day['pm'], day['flags'])}" for day in document["days"]
        ]
        return "\n".join(lines or ["这一周没有在派人员。"])


def as_document(ledger: UnitLedger) -> dict:
    """The JSON of the contract: days by identity number and date; nights, where check-ins are a source, by number."""
    days = [
        {
            "name": member.service.name,
            "id_number": member.service.id_number,
            "date": line.day.isoformat(),
            "required": line.required,
            "am": line.am,
            "pm": line.pm,
            "flags": line.flags,
        }
        for member in ledger.members
        for line in member.days()
    ]
    return {
        "days": sorted(days, key=lambda day: (day["id_number"], day["date"])),
        "nights": [
            {
                "id_number": member.service.id_number,
                "required": member.nights_required,
                "kept": member.nights_kept,
            }
            for member in ledger.members
            if member.counts_nights
        ],
    }
