"""Members' wishes in the admin: a list to look at. They are answered on the unit's page, by the rules of the action."""

from django.contrib import admin
from unfold.decorators import display

from cadres.models import CorrectionRequest
from townships.access import can
from townships.admin_base import HistoryAdmin, ReadOnlyAdmin


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(ReadOnlyAdmin, HistoryAdmin):
    list_display = ["cadre", "field", "then", "wanted", "reason", "state", "requested_at", "decided_by", "decided_at"]
    list_filter = ["state", "field", "requested_at"]
    list_select_related = ["cadre", "decided_by"]
    search_fields = ["cadre__name", "reason"]
    date_hierarchy = "requested_at"
    fields = [
        ("cadre", "posting"),
        "field",
        ("then", "wanted"),
        "reason",
        ("state", "requested_at"),
        ("decided_by", "decided_at"),
        "decision_reason",
    ]
    readonly_fields = ["then", "wanted"]

    @display(description="申请时的值")
    def then(self, wish: CorrectionRequest) -> str:
        return wish.masked_then

    @display(description="申请改为")
    def wanted(self, wish: CorrectionRequest) -> str:
        return wish.masked_wanted

    def has_view_history_or_change_history_permission(self, request, obj=None) -> bool:
        """Old versions show numbers in full, so they are for those who may see them."""
        allowed = super().has_view_history_or_change_history_permission(request, obj)
        return allowed and (obj is None or can(request.user, "view_identity", obj))
