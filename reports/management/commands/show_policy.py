"""`show_policy`: the rules in force at a unit on a day, in the form of a policy file."""

from reports.actions.set_policy import policy_in_force
from townships.commands import JsonCommand
from townships.periods import today


class Command(JsonCommand):
    help = "显示一个单位某日适用的考勤办法、请假办法、考评办法，以及各自出自哪个单位。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, help="12 位区划代码")
        parser.add_argument("--date", help="日期，如 2026-11-02；默认今天")

    def answer(self, *, unit: str, date: str | None = None, **options) -> dict:
        return policy_in_force(unit=self.unit(unit), day=self.day(date) if date else today())
