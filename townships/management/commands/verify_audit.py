"""Verify the chain of the trail. Exit 1 names the first broken entry."""

from django.db import connection

from townships import audit_chain, audit_files, audit_guard
from townships.actions.archive_audit import archive_folder
from townships.chain import BEGINNING, Break
from townships.commands import JsonCommand
from townships.models import AuditEntry, AuditHead


class Command(JsonCommand):
    help = "校验审计记录：从第一条到最后一条，逐条核对校验值；--archives 连归档文件一起核对。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--archives", action="store_true", help="同时核对 DATA_DIR/audit 里的归档文件")

    def answer(self, *, archives: bool, **options) -> dict:
        verdict = audit_chain.verify()
        files, broken = self._files() if archives else ([], None)
        broken = broken or verdict.broken
        return {
            "ok": broken is None,
            "entries": verdict.entries,
            "archived_through": verdict.archived,
            "head": {"number": verdict.number, "hash": verdict.hash},
            "guarded": audit_guard.standing(connection) == set(audit_guard.NAMES),
            "archives": files,
            "first_broken": self._named(broken) if broken else None,
        }

    def refused(self, document) -> bool:
        return not document["ok"]

    def in_words(self, document) -> str:
        if document["ok"]:
            return f"审计记录完好：{document['entries']} 条，末条校验值 {document['head']['hash']}。"
        broken = document["first_broken"]
        where = broken.get("file") or f"第 {broken['number']} 条"
        return f"审计记录有问题：{where}，{broken['reason']}。请保留现场，报告上级管理员。"

    def _files(self) -> tuple[list[dict], dict | None]:
        """Each file holds by itself and joins the one before; the last joins the table."""
        number, head, shown = 0, BEGINNING, []
        for path in sorted(archive_folder().glob("audit-*.jsonl.gz")):
            sheet = audit_files.prove(path)
            broken = sheet.broken
            if broken is None and (sheet.after, sheet.previous) != (number, head):
                broken = Break(number + 1, "与前一个归档文件接不上")
            if broken:
                return shown, {"number": broken.number, "reason": broken.reason, "file": path.name}
            number, head = sheet.number, sheet.hash
            shown.append({"file": path.name, "from": sheet.after + 1, "to": sheet.number, "sha256": sheet.sha256})
        kept = AuditHead.objects.filter(pk=1).first() or AuditHead()
        if (number, head) != (kept.archived_number, kept.archived_hash):
            return shown, {"number": number + 1, "reason": "归档文件缺失", "file": None}
        return shown, None

    @staticmethod
    def _named(broken: Break | dict) -> dict:
        """What is known of the broken entry; one that is gone has only its number."""
        if isinstance(broken, dict):
            return broken
        found = AuditEntry.objects.filter(number=broken.number).first()
        known = {"at": found.at.isoformat(), "act": found.act, "subject": found.subject} if found else {}
        return {"number": broken.number, "reason": broken.reason, **known}
