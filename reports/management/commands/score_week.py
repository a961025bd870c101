"""`score_week`: compute and store the scores of a week."""

from django.utils import timezone

from reports.actions.score_week import score_week
from townships.commands import JsonCommand


class Command(JsonCommand):
    help = "计算并保存一个单位一周的得分；重复运行结果不变。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("week", help="周，如 2026-W45")
        parser.add_argument("--unit", required=True, help="12 位区划代码")

    def answer(self, *, week: str, unit: str, **options) -> dict:
        result = score_week(unit=self.unit(unit), week=self.week(week), now=timezone.now())
        for notice in result.notices:
            self.log(notice)
        if result.tally.changed:
            self.log(f"{result.tally.changed} 人的得分因新证据有变动")
        return result.as_document()

    def in_words(self, document) -> str:
        state = "已满周" if document["final"] else "未满周，暂不作数"
        lines = [f"{document['week']} {document['scheme']['name']}（{state}），{len(document['members'])} 人"]
        lines += [f"{m['name']} {m['village']} {m['total']}" for m in document["members"]]
        if document["locked"]:
            lines.append(
                f"已发布通报的得分未改动，其中 {len(document['differs'])} 人按现有证据会不同，如需更正请修订通报。"
            )
        return "\n".join(lines)
