"""What is refused about corrections, by name; the sentence says what to do next."""

from townships.errors import Refused


class BadWish(Refused):
    """Something is wrong in the fields: `fields` says what, by name."""

    code = "correction.invalid"
    message = "有的项目填得不对，请按提示修改后重新提交。"

    def __init__(self, fields: dict[str, str] | None = None) -> None:
        super().__init__()
        self.fields = fields or {}


class NothingWanted(Refused):
    code = "correction.nothing"
    message = "没有要更正的：请把不对的那一项改成正确的值再提交。"


class AlreadyAsked(Refused):
    code = "correction.already_asked"


class WishDecided(Refused):
    code = "correction.already_decided"
    message = "这条申请已经办理或撤回，请刷新后查看。"


class WishReasonMissing(Refused):
    code = "correction.reason"
    message = "请写明不予采纳的原因，本人会看到。"


class ProofNotSeen(Refused):
    code = "correction.proof_not_seen"
    message = "请先打开证明，与申请的身份证号核对后再采纳。"


class CannotApply(Refused):
    """The stored values no longer allow it; the sentence says which and how to go on."""

    code = "correction.stale"
