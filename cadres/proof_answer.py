"""A proof as an answer: a picture to look at, a PDF to take; the name is ours, never the sender's."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from cadres.actions.decide_correction import open_proof
from cadres.models import CorrectionRequest
from townships.models import User

#: It is shown as what it is and runs nothing.
POLICY = "default-src 'none'; sandbox"


def proof_answer(request: CorrectionRequest, actor: User) -> HttpResponse:
    content, kind, media = open_proof(request=request, actor=actor)
    name = f"{request.cadre.name}更正{request.get_field_display()}证明.{kind}"
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=kind == "pdf", filename=name),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media, headers=headers)
