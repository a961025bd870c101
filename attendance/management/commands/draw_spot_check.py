"""draw_spot_check --unit CODE --villages N [--date D] [--seed S] [--json] (contracts.md)."""

from attendance.actions.draw_spot_check import draw_spot_check
from townships.commands import JsonCommand, UsageError
from townships.periods import today


class Command(JsonCommand):
    help = "随机抽取要抽查的村和人。同一种子、同样的派驻和抽查记录，抽到的总是一样。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, metavar="CODE", help="单位的 12 位区划代码")
        parser.add_argument("--villages", required=True, type=int, metavar="N", help="抽几个村")
        parser.add_argument("--date", metavar="D", help="抽查日期，如 2026-11-02；不写就是今天")
        parser.add_argument("--seed", default="", metavar="S", help="随机种子；不写就随机取一个")
        parser.add_argument("--as", dest="username", metavar="USER", help="以这个账号的权限抽取")

    def answer(self, *, unit: str, villages: int, date: str | None, seed: str, username: str | None, **options) -> dict:
        if villages < 1:
            raise UsageError("至少抽 1 个村，请改正 --villages。")
        check = draw_spot_check(
            unit=self.unit(unit),
            villages=villages,
            day=self.day(date) if date else today(),
            actor=self.user(username),
            seed=seed,
        )
        return {
            "seed": check.seed,
            "commitment": check.commitment,
            "villages": [village["name"] for village in check.villages],
            "people": [person["name"] for person in check.people],
            "date": check.day.isoformat(),
            "drawn": check.people,
        }

    def in_words(self, document: dict) -> str:
        lines = [f"{person['village']} {person['name']}" for person in document["drawn"]]
        head = f"抽中 {'、'.join(document['villages'])}（种子 {document['seed']}，承诺值 {document['commitment']}）"
        return "\n".join([head, *lines])
