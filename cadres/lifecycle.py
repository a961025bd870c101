"""PURE: the life of a posting, one table (handbook, section "Life of a posting")."""

from enum import StrEnum


class State(StrEnum):
    APPLIED = "applied"
    RECOMMENDED = "recommended"
    SELECTED = "selected"
    TRAINED = "trained"
    POSTED = "posted"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    ASSESSED = "assessed"
    RETURNED = "returned"
    COMMENDED = "commended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"
    REPLACED = "replaced"
    TRANSFERRED = "transferred"


LABELS = {
    State.APPLIED: "已报名",
    State.RECOMMENDED: "已推荐",
    State.SELECTED: "已选定",
    State.TRAINED: "已培训",
    State.POSTED: "在派",
    State.SUSPENDED: "暂停",
    State.CLOSING: "期满待考核",
    State.ASSESSED: "已考核",
    State.RETURNED: "已返回",
    State.COMMENDED: "已表彰",
    State.DECLINED: "未通过",
    State.WITHDRAWN: "已退出",
    State.RECALLED: "已召回",
    State.REPLACED: "已轮换",
    State.TRANSFERRED: "已调整",
}

_LEAVING = frozenset({State.WITHDRAWN, State.RECALLED, State.REPLACED, State.TRANSFERRED})

MOVES: dict[State, frozenset[State]] = {
    State.APPLIED: frozenset({State.RECOMMENDED, State.DECLINED, State.WITHDRAWN}),
    State.RECOMMENDED: frozenset({State.SELECTED, State.DECLINED, State.WITHDRAWN}),
    State.SELECTED: frozenset({State.TRAINED, State.POSTED, State.DECLINED, State.WITHDRAWN}),
    State.TRAINED: frozenset({State.POSTED, State.WITHDRAWN}),
    State.POSTED: frozenset({State.SUSPENDED, State.CLOSING}) | _LEAVING,
    State.SUSPENDED: frozenset({State.POSTED, State.CLOSING}) | _LEAVING,
    State.CLOSING: frozenset({State.ASSESSED}),
    State.ASSESSED: frozenset({State.RETURNED}),
    State.RETURNED: frozenset({State.COMMENDED}),
    State.COMMENDED: frozenset(),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.RECALLED: frozenset(),
    State.REPLACED: frozenset(),
    State.TRANSFERRED: frozenset(),
}

CHOICES = [(state.value, LABELS[state]) for state in State]


def may_move(before: State, after: State) -> bool:
    return after in MOVES[before]
