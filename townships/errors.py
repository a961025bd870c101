"""Refusals have names: one exception class a reason, a code for machines and a sentence for people."""

from django.core.exceptions import PermissionDenied
from django.http import Http404


class Refused(Exception):
    """Something the rules do not allow. Nothing was written.

    `code` is stable (contracts), `message` is a Chinese sentence that says what to do next,
    `details` are further JSON-ready facts (the weeks that are missing, the people in a tie).
    """

    code = "refused"
    message = "操作未被允许。"

    def __init__(self, message: str | None = None, **details) -> None:
        self.message = message or type(self).message
        self.details = details
        super().__init__(self.message)

    def as_json(self) -> dict:
        return {"code": self.code, "message": self.message, **self.details}


class OutOfReach(Refused, Http404):
    """The object does not exist for this user: a page answers 404."""

    code = "not_found"
    message = "没有找到，或不在您的管理范围内。"


class NotAllowed(Refused, PermissionDenied):
    """The object is in reach, the act is not: a page answers 403."""

    code = "not_allowed"
    message = "您没有办理这件事的权限，请联系上级管理员。"


class OwnMatter(NotAllowed):
    """Nobody decides about himself."""

    code = "own_matter"
    message = "不能办理本人的事项，请由上一级或其他负责人办理。"
