"""Put a unit with everything below it under another one."""

from reports.management.change_command import ChangeCommand
from reports.unit_orders import Order


class Command(ChangeCommand):
    help = "把一个单位连同下级划归另一个上级"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--to", required=True, help="新上级的 12 位区划代码")
        parser.add_argument("--codes", help="代码对照表文件：每行旧代码、新代码、新名称(可不写)")

    def order(self, *, to, codes, **options) -> Order:
        return Order(kind="move", target=self.unit(to), names=self.mapping(codes), **self.common(**options))
