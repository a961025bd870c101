"""Merge units into one of them, into another, or into a new one."""

from reports.management.change_command import ChangeCommand
from reports.unit_orders import Order
from townships.commands import UsageError


class Command(ChangeCommand):
    help = "把几个单位合并成一个"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--with", dest="others", nargs="*", default=[], help="一起合并的单位的区划代码")
        parser.add_argument("--into", help="并入哪个单位的区划代码；不写就合并成新单位")
        parser.add_argument("--name", default="", help="新单位名称")
        parser.add_argument("--code", default="", help="新单位区划代码；不写按顺序取空号")
        parser.add_argument("--codes", help="下级的代码对照表文件：每行旧代码、新代码、新名称(可不写)")

    def order(self, *, others, into, name, code, codes, **options) -> Order:
        if not into and not name:
            raise UsageError("请写 --into 代码，或 --name 新单位名称。")
        return Order(
            kind="merge", target=self.unit(into) if into else None, others=tuple(self.unit(one) for one in others),
            name=name.strip(), code=self.code(code), names=self.mapping(codes), **self.common(**options),
        )  # fmt: skip
