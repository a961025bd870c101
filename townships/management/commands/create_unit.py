"""Add a node to the tenant tree."""

from townships.actions.create_unit import create_unit
from townships.commands import JsonCommand, UsageError
from townships.models import AdministrativeUnit


class Command(JsonCommand):
    help = "在单位树上新增一个单位"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--parent", help="上级单位的 12 位区划代码；省级不填")
        parser.add_argument("--code", required=True, help="12 位区划代码")
        parser.add_argument("--level", required=True, choices=AdministrativeUnit.Level.values)
        parser.add_argument("--name", required=True)

    def answer(self, *, parent, code, level, name, **options) -> dict:
        if not (len(code) == 12 and code.isascii() and code.isdigit()):
            raise UsageError(f"区划代码 {code} 不是 12 位数字，不足的在后面补 0。")
        unit = create_unit(parent=self.unit(parent) if parent else None, code=code, level=level, name=name)
        return {"code": unit.division_code, "level": unit.level, "name": unit.name, "parent": parent}

    def in_words(self, document) -> str:
        return f"已新增{document['name']}({document['code']})。"
