"""我的资料: everything on file about the reader himself, and the copy he takes along."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from cadres.correction_lists import own
from cadres.correction_values import values_of
from cadres.corrections import LABELS, PERSON_FIELDS, POSTING_FIELDS
from cadres.roster.report import masked
from reports.actions.export_own_data import own_data_workbook
from reports.own_data import Owner, owner_of
from reports.own_parts import parts_of
from townships.audit import record
from townships.periods import today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A part shows its latest rows; the copy has them all.
SHOWN = 20
#: Parts that stand at the top, item by item with the button beside them.
ON_TOP = ("person", "postings")


def my_data(request):
    """POST shows the identity number in full; that is kept in the trail, as anybody's look at it is."""
    user = request.user
    whole = request.method == "POST"
    owner = owner_of(user, whole=whole)
    if whole and owner is not None:
        unit = owner.postings[0].village if owner.postings else None
        details = {"cadre": owner.cadre.pk, "own": True}
        record(actor=user, act="identity.viewed", unit=unit, subject=owner.cadre.name, details=details)
    parts = parts_of(user, whole=whole)
    return render(
        request,
        "reports/my_data.html",
        {
            "owner": owner,
            "whole": whole,
            "items": _items(owner, None) if owner else [],
            "postings": [{"posting": one, "items": _items(owner, one)} for one in owner.postings] if owner else [],
            "waiting": own(user).filter(state="pending").count() if owner else 0,
            "parts": [
                {"part": each, "rows": each.rows[:SHOWN], "more": len(each.rows) > SHOWN, "count": len(each.rows)}
                for each in parts
                if each.key not in ON_TOP
            ],
        },
    )


def _items(owner: Owner, posting) -> list[dict]:
    """What may be corrected, item by item, each with the way to ask for it."""
    keys = POSTING_FIELDS if posting else PERSON_FIELDS
    values = values_of(owner.cadre, posting)
    about = f"&posting={posting.pk}" if posting else ""
    return [
        {
            "label": LABELS[key],
            "value": masked(key, values[key]) if key == "id_number" and not owner.whole else values[key],
            "ask_url": f"{reverse('cadres:ask_correction')}?field={key}{about}",
            "number": key == "id_number",
        }
        for key in keys
    ]


@require_GET
def my_data_file(request):
    """The workbook; with `?whole=1` the identity number stands in it in full."""
    content = own_data_workbook(actor=request.user, at=timezone.now(), whole=request.GET.get("whole") == "1")
    name = f"{request.user}的个人资料{today():%Y%m%d}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})
