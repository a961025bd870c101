"""The script that keeps the check-in page on the phone; it must be served from the root to cover it."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


@login_not_required
def service_worker(request):
    return render(request, "attendance/service_worker.js", content_type="text/javascript; charset=utf-8")
