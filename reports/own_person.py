"""One's own data: the account, the person, the postings, who changed and who looked."""

from django.db.models import Q

from cadres.corrections import LABELS
from cadres.models import CorrectionRequest, WorkTeam
from reports.own_data import WHY, Owner, Part, part
from townships import wall
from townships.audit_acts import act_label
from townships.models import AuditEntry, User
from townships.paths import ancestors

_SKIPPED_FIELDS = {"id", "user", "cadre", "extra"}


def account(user: User) -> Part:
    rows = [
        ("用户名", user.username),
        ("姓名", user.display_name),
        ("联系电话", user.phone),
        ("开通时间", user.date_joined),
        ("最近登录", user.last_login),
    ]
    return part("account", "账号", [("item", "项目"), ("value", "内容")], rows)


def appointments(user: User) -> Part:
    rows = user.appointments.select_related("unit", "institution").order_by("-begins", "-pk")
    return part(
        "appointments",
        "任职",
        [("role", "角色"), ("place", "单位"), ("begins", "开始日期"), ("ends", "结束日期")],
        ((one.title, (one.institution or one.unit).name, one.begins, one.ends) for one in rows),
    )


def tokens(user: User) -> Part:
    rows = user.api_tokens.order_by("-created_at", "-pk")
    return part(
        "tokens",
        "接口令牌",
        [
            ("name", "名称"),
            ("created", "建立时间"),
            ("expires", "到期时间"),
            ("used", "最近使用"),
            ("revoked", "作废时间"),
        ],
        ((one.name, one.created_at, one.expires_at, one.last_used_on, one.revoked_at) for one in rows),
    )


@wall.beyond(WHY)
def logins(user: User) -> Part:
    rows = AuditEntry.objects.filter(actor=user, act__startswith="account.").order_by("-at", "-pk")
    return part(
        "logins",
        "登录和账号记录",
        [("at", "时间"), ("act", "事项"), ("address", "来源地址")],
        ((one.at, act_label(one.act), one.address) for one in rows),
    )


def person(owner: Owner) -> Part:
    cadre = owner.cadre
    values = [(LABELS[key], getattr(cadre, key)) for key in LABELS if hasattr(cadre, key)]
    shown = [(heading, owner.number(value)) for heading, value in values]
    return part("person", "个人资料", [("item", "项目"), ("value", "内容")], shown)


def postings(owner: Owner) -> Part:
    columns = [
        ("township", "乡镇"), ("village", "驻村"), ("begins", "驻村起始时间"), ("last_day", "驻村结束时间"),
        ("state", "状态"), ("institution", "派出单位"), ("position", "单位职务"), ("level", "选派层级"),
        ("team_role", "队内职务"), ("lodging", "住村地点"), ("batch", "批次"), ("portfolio", "分管工作"),
        ("extra", "花名册其他栏"),
    ]  # fmt: skip
    rows = (
        (
            one.village.parent.name if one.village.parent else "", one.village.name, one.begins, one.last_day,
            one.get_state_display(), one.dispatching_institution, one.position, one.dispatch_level, one.team_role,
            one.lodging, one.batch, one.portfolio, "；".join(f"{name}：{text}" for name, text in one.extra.items()),
        )
        for one in owner.postings
    )  # fmt: skip
    return part("postings", "派驻", columns, rows)


@wall.beyond(WHY)
def teams(owner: Owner) -> Part:
    """The teams of his villages while he was there."""
    met = Q(pk__in=[])
    for one in owner.postings:
        standing = Q(village=one.village_id) & (Q(ends__isnull=True) | Q(ends__gt=one.begins))
        met |= standing & Q(begins__lt=one.ends) if one.ends else standing
    rows = WorkTeam.objects.filter(met).select_related("village", "sponsoring_institution").order_by("-begins", "-pk")
    return part(
        "teams",
        "工作队",
        [("name", "工作队"), ("village", "村"), ("sponsor", "后盾单位"), ("begins", "成立日期"), ("ends", "撤销日期")],
        ((one.name, one.village, one.sponsoring_institution, one.begins, one.ends) for one in rows),
    )


def corrections(owner: Owner) -> Part:
    rows = CorrectionRequest.objects.reachable_by(owner.user, "view_members").filter(cadre=owner.cadre)
    columns = [
        ("at", "申请时间"), ("field", "项目"), ("then", "申请时的值"), ("wanted", "申请改为"), ("reason", "理由"),
        ("state", "状态"), ("by", "办理人"), ("decided", "办理时间"), ("answer", "办理意见"),
    ]  # fmt: skip
    lines = (
        (
            one.requested_at, one.get_field_display(), owner.number(one.value_then), owner.number(one.value_wanted),
            one.reason, one.get_state_display(), one.decided_by, one.decided_at, one.decision_reason,
        )
        for one in rows.select_related("decided_by").order_by("-requested_at", "-pk")
    )  # fmt: skip
    return part("corrections", "更正申请", columns, lines)


def changes(owner: Owner) -> Part:
    """What imports, officers and corrections did to his data: from the history, each version beside the one before."""
    rows = [
        *_versions(owner.cadre.history.select_related("history_user"), lambda row: "个人资料"),
        *_versions(
            owner.cadre.postings.model.history.filter(cadre=owner.cadre.pk).select_related("history_user", "village"),
            lambda row: f"{row.village}的派驻",
        ),
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    shown = ((*row[:5], owner.number(row[5]), owner.number(row[6])) for row in rows)
    columns = [
        ("at", "时间"), ("who", "操作人"), ("reason", "原因"), ("what", "哪里"), ("field", "栏目"), ("before", "原值"),
        ("after", "新值"),
    ]  # fmt: skip
    return part("changes", "资料变动", columns, shown)


def _versions(history, where) -> list[tuple]:
    """A line for each field that a version changed; the first version is one line."""
    found, before = [], {}
    for row in history.order_by("history_date", "history_id"):
        who, why = str(row.history_user or "系统"), row.history_change_reason or ""
        earlier = before.get(row.id)
        before[row.id] = row
        if earlier is None:
            found.append((row.history_date, who, why, where(row), "登记", "", ""))
            continue
        for field in row.tracked_fields:
            old, new = getattr(earlier, field.attname), getattr(row, field.attname)
            if old != new and field.name not in _SKIPPED_FIELDS:
                plain = not field.is_relation
                shown = (str(old or ""), str(new or "")) if plain else ("", "已改")
                found.append((row.history_date, who, why, where(row), str(field.verbose_name), *shown))
    return found


@wall.beyond(WHY)
def looks(owner: Owner) -> Part:
    """Who opened his full identity number, and who took out a roster in which he stood."""
    paths = {path for one in owner.postings for path in ancestors(one.village.path)}
    rosters = Q(act="roster.exported", unit__path__in=paths)
    at_his = Q(unit__path__in=paths) | Q(unit__isnull=True)
    views = Q(act="identity.viewed", details__cadre=owner.cadre.pk) & at_his
    rows = AuditEntry.objects.filter(views | rosters).select_related("actor", "unit").order_by("-at", "-pk")
    shown = (one for one in rows if one.act == "identity.viewed" or _stood_in(owner, one))
    columns = [("at", "时间"), ("who", "谁"), ("act", "事项"), ("unit", "单位")]
    return part(
        "looks", "谁看过完整号码、导出过名单", columns, ((o.at, o.actor, act_label(o.act), o.unit) for o in shown)
    )


def _stood_in(owner: Owner, entry: AuditEntry) -> bool:
    """Whether a roster exported for a unit and a day held him."""
    day = entry.details.get("day", "")
    return any(
        entry.unit.path in ancestors(one.village.path)
        and one.begins.isoformat() <= day
        and (one.ends is None or day < one.ends.isoformat())
        for one in owner.postings
    )
