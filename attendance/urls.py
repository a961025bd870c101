"""Attendance: check-in, weekly sheets, leave, spot checks, the grid."""

app_name = "attendance"

urlpatterns = []
