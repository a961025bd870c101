"""Split a unit into several."""

from reports.management.change_command import ChangeCommand
from reports.unit_orders import Order
from townships.commands import UsageError


class Command(ChangeCommand):
    help = "把一个单位拆成几个"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--part", dest="parts", action="append", required=True, metavar="[代码]=名称",
            help="拆成的一个单位，至少写两次；写原单位的代码，它就继续使用；代码留空按顺序取空号",
        )  # fmt: skip
        parser.add_argument("--share", action="append", metavar="下级代码=序号", help="下级去第几个单位(从 0 数)")
        parser.add_argument("--person", action="append", metavar="派驻编号=序号", help="人去第几个单位(从 0 数)")

    def order(self, *, parts, share, person, **options) -> Order:
        written = []
        for part in parts:
            code, sign, name = part.partition("=")
            if not sign:
                raise UsageError(f"“{part}”写法不对，应为 代码=名称。")
            written.append((self.code(code.strip()), name.strip()))
        shares, people = self.pairs(share, "下级代码=序号"), self.pairs(person, "派驻编号=序号")
        if not all(one.isdecimal() for one in (*shares.values(), *people, *people.values())):
            raise UsageError("--share 和 --person 的序号要写数字，从 0 数起。")
        return Order(
            kind="split", parts=tuple(written), shares={code: int(number) for code, number in shares.items()},
            people={int(key): number for key, number in people.items()}, **self.common(**options),
        )  # fmt: skip
