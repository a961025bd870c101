"""After a change of keys: seal the stored secrets with the new one."""

from townships.actions.second_factor import seal_all_anew
from townships.commands import JsonCommand


class Command(JsonCommand):
    help = "换密钥以后，用新密钥重新加密库里的二次验证密钥"

    def answer(self, **options) -> dict:
        return seal_all_anew()

    def in_words(self, document) -> str:
        return (
            f"重新加密 {document['sealed']} 个，本来就是新密钥的 {document['current']} 个，"
            f"读不出来的 {document['unreadable']} 个（请取消这些账号的二次验证，再重新开通）。"
        )
