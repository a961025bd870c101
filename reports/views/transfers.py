"""A person in an upload who is posted elsewhere: the transfer that the page offers."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cadres.models import ImportRun
from reports.actions.transfer_from_import import transfer_from_import
from townships.access import require
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.views.scope import unit_view


@require_POST
@unit_view("view_members")
def import_transfer(request, unit, pk: int):
    """End the posting elsewhere and begin the one in the row, then look at the file again."""
    run = ImportRun.objects.reachable_by(request.user, "view_members").filter(pk=pk, unit=unit, kind="roster").first()
    if run is None:
        raise OutOfReach
    require(request.user, "manage_roster", unit)
    posting = request.POST.get("posting", "")
    try:
        person = transfer_from_import(run=run, posting=int(posting) if posting.isdigit() else 0, actor=request.user)
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{person}已办理调整，文件已重新核对。")
    return redirect("reports:import_run", unit.division_code, run.pk)
