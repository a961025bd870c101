"""`set_policy`: attendance rules, leave tiers and scoring scheme of a unit, from a file."""

import json
from decimal import Decimal

from reports.actions.set_policy import PolicyRefused, set_policy
from townships.commands import JsonCommand

OUTCOMES = {"created": "已设定", "revised": "已修订", "unchanged": "没有变化"}
PARTS = {"attendance": "考勤办法", "leave": "请假办法", "scoring": "考评办法"}


class Command(JsonCommand):
    help = "设定一个单位的考勤办法、请假办法、考评办法；文件里三部分都可省略。"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", help="办法文件（JSON）")
        parser.add_argument("--unit", required=True, help="12 位区划代码")
        parser.add_argument("--as", dest="username", help="以哪个账号办理")

    def answer(self, *, file: str, unit: str, username: str | None = None, **options) -> dict:
        target, actor = self.unit(unit), self.user(username)
        _, content = self.file(file)
        return set_policy(unit=target, document=_read(content), actor=actor)

    def in_words(self, document) -> str:
        lines = [f"自 {document['effective_from']} 起"]
        for name, done in document["parts"].items():
            lines.append(f"{PARTS[name]}：{OUTCOMES[done['outcome']]}，第 {done['revision']} 版")
        return "\n".join(lines)


def _read(content: bytes) -> object:
    """The JSON document of a file, numbers as written."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        message = f"办法文件不是有效的 JSON，请检查后重新提交：{error}"
        errors = [{"path": "", "code": "file.unreadable", "message": "不是有效的 JSON"}]
        raise PolicyRefused(message, errors=errors) from error


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"“{twice}”写了两次")
    return found
