"""Why a bulletin is not compiled, decided, published or revised."""

from townships.errors import OwnMatter, Refused


class NothingScored(Refused):
    """No week of the month has final scores yet."""

    code = "bulletin.no_scores"
    message = "本月还没有已评分的周，请先计算周得分，再起草通报。"


class NotCompiled(Refused):
    """There is no draft to work on."""

    code = "bulletin.no_draft"
    message = "本月还没有通报草稿，请先起草。"


class WeeksMissing(Refused):
    """Weeks of the month are not over, or not scored for everyone."""

    code = "bulletin.weeks_missing"


class NeedsDecision(Refused):
    """Equals at the edge of a list wait for a person."""

    code = "bulletin.needs_decision"


class AlreadyPublished(Refused):
    """The month is published; a correction makes a new revision."""

    code = "bulletin.already_published"
    message = "本月通报已经发布。如有差错，请用“更正”另出一版。"


class DraftOutdated(Refused):
    """Scores changed since the draft was made: what was reviewed is not what would be published."""

    code = "bulletin.outdated"
    message = "起草以后评分有变动，请先更新草稿，核对后再发布。"


class LockedAbove(Refused):
    """A published bulletin of a unit above, or below, has frozen the same weeks."""

    code = "bulletin.locked_elsewhere"


class NothingToDecide(Refused):
    """The list has no tie that waits for a decision, or the tie has changed since the page was opened."""

    code = "bulletin.nothing_to_decide"
    message = "并列名单已有变化，请刷新页面后重新确定。"


class BadDecision(Refused):
    """The decision names others than the equals, or leaves too many."""

    code = "bulletin.bad_decision"


class ReasonMissing(Refused):
    """A decision or a revision without a reason."""

    code = "bulletin.reason_required"
    message = "请写明原因。"


class OwnBulletin(OwnMatter):
    """Nobody publishes a ranking in which he stands himself."""

    message = "您或委托您的人在本次排名之内，不能发布或更正这份通报，请由其他负责人或上一级办理。"


class NumberTaken(Refused):
    """Another bulletin of the unit carries this document number."""

    code = "bulletin.number_taken"
    message = "这个发文字号已经用过，请换一个号。"
