"""What the bulletin asks of the teams (工作要求): one demand for each kind of fault found. Pure."""

from collections.abc import Iterable

from reports.documents.paper import BulletinPaper

# Triggers of a scheme are a closed list (contracts.md, Scoring), so the demands can be too.
DEMANDS = (
    (
        {"night_short"},
        "严格落实住村要求。",
        "各驻村工作队要逐周排定夜间住村安排，队长带头住村，坚决防止“走读”“点卯”，确保住村夜数达到规定要求。",
    ),
    (
        {"absent_day", "unsigned_day", "missing_check_in_day"},
        "规范日常考勤。",
        "驻村工作队员要按时到岗，当日签写周考勤表、当日打卡；因信号等原因未能打卡的，要及时说明，做到考勤记录与在岗情况一致。",
    ),
    (
        {"leave_unapproved_day", "overdue_return_day"},
        "严格请假销假手续。",
        "离村必须按审批权限事先请假，假期届满按时返岗、当日销假，严禁先离后报、逾期不归。",
    ),
    (
        {"spot_check_absent", "contradicted_day"},
        "从严开展抽查核实。",
        "对抽查不在岗、考勤记录与实际不符的，要逐人逐次核实情况，分清责任，严肃处理。",
    ),
    (
        {"reminder_talk", "meeting_missed", "manual"},
        "认真履行驻村职责。",
        "按时参加会议和培训，按期完成交办任务；被谈话提醒的，要对照问题抓好整改。",
    ),
)


def requirements(triggers: Iterable[str], paper: BulletinPaper) -> list[tuple[str, str]]:
    """(heading, text) of each demand: those the month's faults call for, then how the result is used."""
    found = set(triggers)
    demands = [(heading, text) for causes, heading, text in DEMANDS if causes & found]
    if not demands:
        demands = [("保持良好作风。", "各驻村工作队要继续严格落实住村、考勤和请假销假制度，扎实履行驻村职责。")]
    return [*demands, ("用好考评结果。", _use_of_results(paper))]


def _use_of_results(paper: BulletinPaper) -> str:
    sentences = []
    if paper.red.rows:
        sentences.append("列入红榜的同志要再接再厉，发挥示范带动作用。")
    if paper.black.rows:
        sentences.append(f"列入黑榜的同志，{paper.agency.reminder}及时谈话提醒，帮助查找原因、督促整改。")
    sentences.append(f"对考评结果有异议的，可向{paper.agency.office}反映，经核实有误的予以更正。")
    return "".join(sentences)
