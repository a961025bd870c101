"""End a unit that nothing follows."""

from cadres.models import Posting
from reports.management.change_command import ChangeCommand
from reports.unit_orders import ENDS, Order
from townships.commands import UsageError


class Command(ChangeCommand):
    help = "撤销一个单位"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--rest", default="", metavar="村代码|end", help="没有单独写去向的人：去哪个村，或 end 结束派驻"
        )
        parser.add_argument("--person", action="append", metavar="派驻编号=村代码|end", help="一个人的去向")

    def order(self, *, rest, person, **options) -> Order:
        common, said = self.common(**options), self.pairs(person, "派驻编号=村代码")
        if not all(key.isdecimal() for key in said):
            raise UsageError("--person 写法不对，应为 派驻编号=村代码。")
        people = {int(key): value if value == ENDS else self.code(value) for key, value in said.items()}
        if rest:
            running = Posting.objects.within(common["unit"]).active_on(common["day"]).values_list("pk", flat=True)
            people = dict.fromkeys(running, rest if rest == ENDS else self.code(rest)) | people
        return Order(kind="abolish", people=people, **common)
