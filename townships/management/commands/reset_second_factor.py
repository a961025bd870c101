"""Take a second factor away from the command line: where nobody above is left who could."""

from townships.actions.second_factor import reset_factor
from townships.commands import JsonCommand, UsageError


class Command(JsonCommand):
    help = "取消一个账号的二次验证（丢了手机，或系统丢了密钥，而没有上级能在后台办）"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username", help="用户名")

    def answer(self, *, username, **options) -> dict:
        user = self.user(username)
        if user is None:
            raise UsageError("请写用户名。")
        return {"username": user.username, "reset": reset_factor(user=user, actor=None)}

    def in_words(self, document) -> str:
        if not document["reset"]:
            return f"{document['username']} 没有开通二次验证。"
        return f"已取消 {document['username']} 的二次验证，下次登录可重新开通。"
