"""Why an import is refused as a whole."""

from townships.errors import Refused


class PreviewOutdated(Refused):
    code = "import.outdated"
    message = "名单在您核对之后有了变动，写入的结果会和预览不一样，没有写入：请看过新的预览再写入。"


class NotReady(Refused):
    code = "import.not_ready"
    message = "这次导入不在待写入状态，没有写入：请刷新页面查看现在的状态。"


class HasProblems(Refused):
    code = "import.has_problems"
    message = "还有要改正的行，没有写入：请改正后再写入，或选择只写入没有问题的行并说明原因。"


class NothingToWrite(Refused):
    code = "import.nothing"
    message = "没有可以写入的行：请改正后再写入。"


class UploadGone(Refused):
    code = "import.upload_gone"
    message = "上传的文件已过保存期限，请重新上传。"


class ReasonWanted(Refused):
    code = "import.reason"
    message = "请写明为什么只写入一部分，会记在导入记录里。"


class Cancelled(Refused):
    code = "import.cancelled"
    message = "已取消，没有写入。"


class NotToBeUndone(Refused):
    code = "import.evidence"
    message = "这种表记的是考勤材料，不删除，不能整批撤回：请改正后再导入一次，新的取代旧的。"


class CannotUndo(Refused):
    """`details["depends"]`: sentences that say what depends on the import."""

    code = "import.depended_on"
    message = "后来的工作已经用到这次导入，不能整批撤回：请先处理列出的内容，或逐条改正。"
