"""Compile, and on request publish, a month's bulletin of any unit."""

from pathlib import Path

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.publish_bulletin import LISTS, publish_bulletin
from reports.bulletin_json import bulletin_json
from reports.documents.bulletin_docx import bulletin_docx
from reports.models import Bulletin
from reports.papers import paper_of
from townships.commands import JsonCommand, UsageError


class Command(JsonCommand):
    help = "起草某单位某月的通报；加 --publish 即发布，加 --out 另存 Word 文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("month", help="月份，如 2026-10")
        parser.add_argument("--unit", required=True, help="12 位区划代码")
        parser.add_argument("--publish", action="store_true", help="起草后发布并锁定本月各周得分")
        parser.add_argument("--out", help="Word 文件的路径，如 通报.docx")

    def answer(self, *, month: str, unit: str, publish: bool, out: str | None, **_options) -> dict:
        period, node = self.month(month), self.unit(unit)
        target = self._target(out)
        now = timezone.now()
        # One transaction: a refused publication leaves no draft behind.
        with transaction.atomic():
            bulletin = compile_bulletin(unit=node, month=period, now=now)
            if publish:
                bulletin = publish_bulletin(unit=node, month=period, now=now)
            if target is not None:
                self._save(bulletin, target)
        return bulletin_json(bulletin)

    def in_words(self, document: dict) -> str:
        status = Bulletin.Status(document["status"]).label
        lines = [
            f"{document['month']} 通报（{status}，第 {document['revision']} 版）：排名 {len(document['ranking'])} 人，"
            f"不参加排名 {len(document['unranked'])} 人。",
            f"红榜：{'、'.join(document['red']) or '空缺'}",
            f"黑榜：{'、'.join(document['black']) or '空缺'}",
        ]
        if document["needs_decision"]:
            lines.append(f"{'、'.join(LISTS[name] for name in document['needs_decision'])}并列人数过多，待确定。")
        return "\n".join(lines)

    @staticmethod
    def _target(out: str | None) -> Path | None:
        if out is None:
            return None
        target = Path(out)
        if not target.parent.is_dir() or target.is_dir():
            raise UsageError(f"不能写入 {out}，请核对文件夹。")
        return target

    def _save(self, bulletin: Bulletin, target: Path) -> None:
        try:
            target.write_bytes(bulletin_docx(paper_of(bulletin)))
        except OSError as error:
            raise UsageError(f"不能写入 {target}，请核对文件夹的权限。") from error
        self.log(f"已写入 {target}")
