"""Runs of long work as the offices see them: what ran, for whom, how far, what went wrong."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action, display

from townships import audit, jobs
from townships.access import require
from townships.admin_base import ReadOnlyAdmin, UnitFilter
from townships.errors import Refused
from townships.models import Job

RESULT_LABELS = {
    "changed": "改动",
    "units": "单位",
    "failed": "失败",
    "revision": "版次",
}
STATE_COLOURS = {
    Job.State.QUEUED: "info",
    Job.State.RUNNING: "info",
    Job.State.DONE: "success",
    Job.State.FAILED: "danger",
    Job.State.CANCELLED: "warning",
}


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["what", "about", "unit", "shown_state", "done_of_total", "people", "started_at", "ended_at", "took"]
    list_filter = ["state", ("unit", UnitFilter), "kind", "started_at"]
    list_select_related = ["unit"]
    search_fields = ["key", "unit__name"]
    actions = ["retry"]
    ordering = ["-created_at", "-pk"]
    fieldsets = [
        (None, {"fields": ["what", "about", "unit", "parent", "state_word", "done_of_total", "people"]}),
        ("经过", {"fields": ["started_at", "ended_at", "took", "requested_by", "problem_lines", "result_words"]}),
        (
            "技术信息",
            {"classes": ["collapse"], "fields": ["key", "attempts", "created_at", "heartbeat_at", "not_before"]},
        ),
    ]
    readonly_fields = ["what", "about", "state_word", "done_of_total", "took", "problem_lines", "result_words"]

    @display(description="事项", ordering="kind")
    def what(self, job: Job) -> str:
        return job.kind_label

    @display(description="周或月")
    def about(self, job: Job) -> str:
        return job.period

    @display(description="状态", ordering="state", label=STATE_COLOURS)
    def shown_state(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @display(description="状态")
    def state_word(self, job: Job) -> str:
        return job.get_state_display()

    @display(description="结果")
    def result_words(self, job: Job) -> str:
        counts = [f"{label} {job.result[name]}" for name, label in RESULT_LABELS.items() if name in job.result]
        return "，".join(counts)

    @display(description="单位数")
    def done_of_total(self, job: Job) -> str:
        return f"{job.progress} / {job.total}" if job.total else ""

    @display(description="用时")
    def took(self, job: Job) -> str:
        if job.started_at is None:
            return ""
        seconds = ((job.ended_at or timezone.now()) - job.started_at).total_seconds()
        return f"{seconds:.1f} 秒" if seconds < 120 else f"{seconds / 60:.0f} 分钟"

    @display(description="问题")
    def problem_lines(self, job: Job) -> str:
        return "\n".join(str(line) for line in job.problems) or "无"

    @action(description="重试失败的任务", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet) -> None:
        again = 0
        for job in queryset.select_related("unit"):
            try:
                if job.unit is not None:
                    require(request.user, "score_week", job.unit)
                again += jobs.retry(job=job)
                audit.record(actor=request.user, act="job.retried", unit=job.unit, subject=str(job))
            except Refused as refusal:
                self.refuse(request, refusal)
        if again:
            messages.success(request, f"{again} 项已重新排队，稍后刷新本页查看结果。")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser or bool(request.user.paths("score_week"))
