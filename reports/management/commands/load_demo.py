"""`load_demo`: the reference town in its county, city and province."""

from django.core.management.base import CommandParser

from reports.demo.load import accounts, load, summary
from townships import periods
from townships.commands import JsonCommand
from townships.models import AdministrativeUnit
from townships.roles import label

#: What a visitor needs first; the others (a leader for each village …) are in the JSON and on the login page.
MAIN = (
    *("province", "county", "secretary", "deputy", "clerk", "squad1", "leader1", "member1", "auditor", "dispatch1"),
    *("county2", "secretary2", "member2"),
)


class Command(JsonCommand):
    help = "装入示例乡镇（参照镇、所在县，以及用来看隔离的邻县）；已装入时只报数。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--accounts", action="store_true", help="只列出主要的演示账号")

    def answer(self, **options) -> dict:
        if options["accounts"]:
            return {"accounts": [one for one in accounts() if one["username"] in MAIN]}
        made = load(now=periods.now())
        self.log("示例数据已装入。" if made else "示例数据早已装入，没有改动。")
        return summary(today=periods.today())

    def in_words(self, document: dict) -> str:
        listed = [one for one in document["accounts"] if one["username"] in MAIN]
        if not listed:
            return ""
        names = dict(AdministrativeUnit.objects.values_list("division_code", "name"))
        lines = [f"  {one['username']:<12}{names[one['unit']]} {label(one['role'])}" for one in listed]
        return "\n".join([f"演示账号（口令都是 {listed[0]['password']}）：", *sorted(lines, key=_order)])


def _order(line: str) -> int:
    return MAIN.index(line.split()[0])
