"""System checks: a model that nobody scoped must not start the program, nor a trail kept too short."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register

OUR_APPS = ("townships", "cadres", "attendance", "reports")
#: Models everybody may read: they hold nothing about a person or a unit.
SHARED = frozenset({"attendance.CalendarDay", "townships.AuditHead"})

#: A trail must reach back six months at least (网络安全法第二十一条).
LEAST_AUDIT_DAYS = 184


def our_models():
    """Every model of ours that holds live rows (history tables follow their model, a proxy holds another's)."""
    for label in OUR_APPS:
        for model in apps.get_app_config(label).get_models():
            if not hasattr(model, "instance_type") and not model._meta.proxy:
                yield model


@register()
def every_model_is_scoped(app_configs, **kwargs) -> list[Error]:
    return [
        Error(f"{model._meta.label} states neither unit_path nor membership in SHARED.", obj=model, id="townships.E001")
        for model in our_models()
        if model._meta.label not in SHARED
        and not (getattr(model, "unit_path", "") and getattr(model, "capabilities", {}).get("view"))
    ]


@register()
def the_trail_is_kept_long_enough(app_configs, **kwargs) -> list[Error]:
    if settings.AUDIT_KEEP_DAYS >= LEAST_AUDIT_DAYS:
        return []
    words = f"AUDIT_KEEP_DAYS 是 {settings.AUDIT_KEEP_DAYS}：审计记录至少保留六个月，请改为 {LEAST_AUDIT_DAYS} 以上。"
    return [Error(words, id="townships.E002")]
