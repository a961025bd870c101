"""What the commands that change units share: the day, the paper, a trial run, and how the answer reads."""

from reports.actions.change_units import change_units, require_order
from reports.unit_forecast import forecast
from reports.unit_orders import Order
from townships.actions.rename_unit import UnitChangeRefused
from townships.commands import JsonCommand, UsageError
from townships.division_codes import is_code
from townships.models import User


class ChangeCommand(JsonCommand):
    """`order(**options)` says what is to happen; with --dry-run it is judged and nothing is written."""

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, help="单位的 12 位区划代码")
        parser.add_argument("--day", required=True, help="生效日期，如 2026-12-01")
        parser.add_argument("--document", default="", help="批准文号")
        parser.add_argument("--reason", default="", help="说明")
        parser.add_argument("--as", dest="username", help="以这个账号的权限办理；不写是系统管理员")
        parser.add_argument("--dry-run", action="store_true", help="只看会动哪些，不写入")

    def order(self, **options) -> Order:
        raise NotImplementedError

    def common(self, *, unit, day, document, reason, **options) -> dict:
        """The fields of an order that every kind has."""
        return {
            "unit": self.unit(unit),
            "day": self.day(day),
            "document_number": document,
            "reason": reason,
        }

    def answer(self, *, username, dry_run, **options) -> dict:
        return self._carry_out(self.order(**options), self.user(username), dry_run=dry_run)

    def _carry_out(self, order: Order, actor: User | None, *, dry_run: bool) -> dict:
        document = {"kind": order.kind, "unit": order.unit.division_code, "day": order.day.isoformat()}
        if dry_run:
            require_order(order, actor)
            found = forecast(order, actor=actor)
            if found.blocks:
                raise UnitChangeRefused(found.blocks[0], blocks=found.blocks)
            units = [{"code": one.code, "name": one.name, "level": one.level} for one in found.plan.born]
            return {**document, "committed": False, "counts": found.counts, "units": units, "warnings": found.warnings}
        change = change_units(order=order, actor=actor)
        made = [
            side.unit for side in change.successions.filter(side="after").select_related("unit").order_by("unit__path")
        ]
        units = [{"code": one.division_code, "name": one.name, "level": one.level} for one in dict.fromkeys(made)]
        return {**document, "committed": True, "change": change.pk, "counts": change.counts, "units": units}

    def in_words(self, document) -> str:
        done = "已登记" if document["committed"] else "可以办理，还没有写入"
        names = "、".join(f"{one['name']}({one['code']})" for one in document["units"])
        return f"{done}：从{document['day']}起，{document['unit']} → {names or '停用'}。{document['counts']}"

    @staticmethod
    def code(text: str) -> str:
        """A 12-digit code as given on the command line."""
        if text and not is_code(text):
            raise UsageError(f"区划代码 {text} 不是 12 位数字，不足的在后面补 0。")
        return text

    @staticmethod
    def pairs(texts: list[str], words: str) -> dict[str, str]:
        """KEY=VALUE arguments."""
        found = {}
        for text in texts or ():
            key, sign, value = text.partition("=")
            if not (key and sign and value):
                raise UsageError(f"“{text}”写法不对，应为 {words}。")
            found[key] = value
        return found

    def mapping(self, name: str | None) -> dict[str, tuple[str, str]]:
        """A file of lines: old code, new code, and a new name where there is one; tabs, commas or blanks between."""
        if not name:
            return {}
        _, content = self.file(name)
        found = {}
        for line in content.decode("utf-8-sig").splitlines():
            words = line.replace("，", " ").replace(",", " ").split()
            if words and is_code(words[0]):
                found[words[0]] = (words[1] if len(words) > 1 else "", words[2] if len(words) > 2 else "")
        return found
