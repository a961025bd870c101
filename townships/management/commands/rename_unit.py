"""Give a unit another name or code."""

from townships.actions.rename_unit import UnitChangeRefused, rename_unit, require_ordering, why_not_rename
from townships.commands import JsonCommand, UsageError
from townships.division_codes import is_code


class Command(JsonCommand):
    help = "给一个单位改名称或区划代码"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, help="单位的 12 位区划代码")
        parser.add_argument("--name", default="", help="新名称；不写就不变")
        parser.add_argument("--code", default="", help="新区划代码；不写就不变")
        parser.add_argument("--day", required=True, help="生效日期，如 2026-12-01")
        parser.add_argument("--document", default="", help="批准文号")
        parser.add_argument("--reason", default="", help="说明")
        parser.add_argument("--as", dest="username", help="以这个账号的权限办理；不写是系统管理员")
        parser.add_argument("--dry-run", action="store_true", help="只看能不能办，不写入")

    def answer(self, *, unit, name, code, day, document, reason, username, dry_run, **options) -> dict:
        if not name and not code:
            raise UsageError("请写 --name 新名称，或 --code 新区划代码。")
        if code and not is_code(code):
            raise UsageError(f"区划代码 {code} 不是 12 位数字，不足的在后面补 0。")
        found, actor, when = self.unit(unit), self.user(username), self.day(day)
        after = {"name": name.strip() or found.name, "code": code or found.division_code}
        answer = {"kind": "rename", "unit": found.division_code, "day": when.isoformat(), **after}
        if dry_run:
            require_ordering(actor, found)
            if blocks := why_not_rename(found, **after, day=when):
                raise UnitChangeRefused(blocks[0], blocks=blocks)
            return {**answer, "committed": False}
        change = rename_unit(unit=found, **after, day=when, actor=actor, document_number=document, reason=reason)
        return {**answer, "committed": True, "change": change.pk}

    def in_words(self, document) -> str:
        done = "已登记" if document["committed"] else "可以办理，还没有写入"
        return f"{done}：从{document['day']}起，{document['unit']} 改为{document['name']}({document['code']})。"
