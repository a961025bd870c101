"""What the commands of the contract share: JSON alone on stdout, the rest on stderr, exit codes 0, 1, 2."""

import json
import sys
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from townships.errors import Refused
from townships.models import AdministrativeUnit, User
from townships.periods import BadPeriod, Month, Week

USAGE = 2
REFUSED = 1


class UsageError(CommandError):
    """Wrong usage: exit 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=USAGE)


class JsonCommand(BaseCommand):
    """`answer(**options)` returns the JSON document; `in_words(document)` the lines for people.

    Exit 0: done. 1: refused, the document says why and nothing was written. 2: wrong usage.
    A document with "committed": false and errors is a refusal too (`refused(document)`).
    """

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="只在标准输出打印一个 JSON 文档")

    def answer(self, **options) -> object:
        raise NotImplementedError

    def in_words(self, document) -> str:
        return json.dumps(document, ensure_ascii=False, indent=2)

    def refused(self, document) -> bool:
        return isinstance(document, dict) and bool(document.get("errors")) and document.get("committed") is False

    def handle(self, *args, **options) -> None:
        as_json = options.pop("as_json")
        try:
            document = self.answer(**options)
        except Refused as refusal:
            document = refusal.as_json()
            self._print(document, as_json=as_json, words=refusal.message)
            sys.exit(REFUSED)
        self._print(document, as_json=as_json, words=None)
        if self.refused(document):
            sys.exit(REFUSED)

    def _print(self, document, *, as_json: bool, words: str | None) -> None:
        text = json.dumps(document, ensure_ascii=False) if as_json else (words or self.in_words(document))
        self.stdout.write(text)

    def log(self, line: str) -> None:
        """Progress and remarks, on stderr."""
        self.stderr.write(line)

    @staticmethod
    def unit(code: str) -> AdministrativeUnit:
        try:
            return AdministrativeUnit.objects.get(division_code=code)
        except AdministrativeUnit.DoesNotExist as error:
            raise UsageError(f"没有区划代码为 {code} 的单位，请核对 12 位代码。") from error

    @staticmethod
    def user(username: str | None) -> User | None:
        if not username:
            return None
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist as error:
            raise UsageError(f"没有账号 {username}。") from error

    @staticmethod
    def week(text: str) -> Week:
        try:
            return Week.parse(text)
        except BadPeriod as error:
            raise UsageError(f"“{text}”不是周，请写成 2026-W45。") from error

    @staticmethod
    def month(text: str) -> Month:
        try:
            return Month.parse(text)
        except BadPeriod as error:
            raise UsageError(f"“{text}”不是月份，请写成 2026-10。") from error

    @staticmethod
    def day(text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise UsageError(f"“{text}”不是日期，请写成 2026-11-02。") from error

    @staticmethod
    def file(name: str) -> tuple[str, bytes]:
        """(name, content) of an input file."""
        path = Path(name)
        try:
            return path.name, path.read_bytes()
        except OSError as error:
            raise UsageError(f"读不到文件 {name}，请核对路径。") from error
