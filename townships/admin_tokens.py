"""Tokens of the API, for whoever manages the accounts: which there are, and ending one."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action, display

from townships.actions.issue_token import revoke_token
from townships.admin_base import ReadOnlyAdmin
from townships.errors import Refused
from townships.models import ApiToken
from townships.request_origin import address_of

STATE_COLOURS = {"有效": "success", "已作废": "danger", "已到期": "warning"}


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ["user", "name", "state", "created_at", "expires_at", "last_used_on"]
    list_filter = ["created_at", "expires_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "user__display_name"]
    fields = ["user", "name", "state_word", "created_at", "expires_at", "last_used_on", "revoked_at"]
    readonly_fields = ["state_word"]
    ordering = ["-created_at", "-pk"]
    actions = ["revoke"]

    @display(description="状态", label=STATE_COLOURS)
    def state(self, token: ApiToken) -> str:
        return self.state_word(token)

    @display(description="状态")
    def state_word(self, token: ApiToken) -> str:
        if token.revoked_at is not None:
            return "已作废"
        return "有效" if token.is_in_force(timezone.now()) else "已到期"

    @action(description="作废所选的令牌", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet) -> None:
        ended = 0
        for token in queryset.select_related("user").filter(revoked_at__isnull=True):
            try:
                revoke_token(token=token, actor=request.user, at=timezone.now(), address=address_of(request) or "")
                ended += 1
            except Refused as refusal:
                self.refuse(request, refusal)
        if ended:
            messages.success(request, f"已作废 {ended} 个令牌，用它们的程序马上不能再用。")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
