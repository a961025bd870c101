"""Attendance: check-in, weekly sheets, leave, spot checks, the grid."""

from django.urls import path

from attendance.views import check_in, contradictions, grid, leave, my_leave, service_worker, sheets, spot_checks

app_name = "attendance"

urlpatterns = [
    path("check-in/", check_in.check_in, name="check_in"),
    path("service-worker.js", service_worker.service_worker, name="service_worker"),
    path("my/leaves/", my_leave.my_leaves, name="my_leaves"),
    path("my/leaves/new/", my_leave.apply, name="apply"),
    path("units/<str:code>/leaves/", leave.leaves, name="leaves"),
    path("leaves/<int:pk>/", leave.leave, name="leave"),
    path("leaves/<int:pk>/decide/", leave.leave_decide, name="leave_decide"),
    path("leaves/<int:pk>/return/", leave.leave_return, name="leave_return"),
    path("leaves/<int:pk>/cancel/", leave.leave_cancel, name="leave_cancel"),
    path("leaves/<int:pk>/revoke/", leave.leave_revoke, name="leave_revoke"),
    path("my/week/", sheets.my_week, name="my_week"),
    path("units/<str:code>/attendance/", grid.current, name="grid"),
    path("units/<str:code>/attendance/<str:month>/", grid.grid, name="grid_month"),
    path("units/<str:code>/attendance/<str:month>/export/", grid.export, name="grid_export"),
    path("units/<str:code>/sheets/", sheets.current, name="sheets"),
    path("units/<str:code>/sheets/<str:week>/", sheets.sheet, name="sheet"),
    path("units/<str:code>/sheets/<str:week>/sign/", sheets.sign, name="sheet_sign"),
    path("units/<str:code>/sheets/<str:week>/attest/", sheets.attest_sheet, name="sheet_attest"),
    path("units/<str:code>/contradictions/", contradictions.contradictions, name="contradictions"),
    path("postings/<int:pk>/days/<str:day>/", contradictions.case, name="case"),
    path("units/<str:code>/spot-checks/", spot_checks.spot_checks, name="spot_checks"),
    path("units/<str:code>/spot-checks/draw/", spot_checks.draw, name="draw"),
    path("postings/<int:pk>/finding/", spot_checks.finding, name="finding"),
]
