"""Attendance: check-in, weekly sheets, leave, spot checks, the grid."""

from django.urls import path

from attendance.views import check_in, leave, my_leave

app_name = "attendance"

urlpatterns = [
    path("check-in/", check_in.check_in, name="check_in"),
    path("my/leaves/", my_leave.my_leaves, name="my_leaves"),
    path("my/leaves/new/", my_leave.apply, name="apply"),
    path("units/<str:code>/leaves/", leave.leaves, name="leaves"),
    path("leaves/<int:pk>/", leave.leave, name="leave"),
    path("leaves/<int:pk>/decide/", leave.leave_decide, name="leave_decide"),
    path("leaves/<int:pk>/return/", leave.leave_return, name="leave_return"),
    path("leaves/<int:pk>/cancel/", leave.leave_cancel, name="leave_cancel"),
    path("leaves/<int:pk>/revoke/", leave.leave_revoke, name="leave_revoke"),
]
