"""Taking a bulletin out of the house: the file, and the trace of who took it."""

from django.utils import timezone

from reports.documents.bulletin_docx import bulletin_docx
from reports.models import Bulletin
from reports.papers import paper_of
from townships import audit
from townships.access import require
from townships.models import User
from townships.templatetags.office import moment

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def export_document(*, bulletin: Bulletin, actor: User | None, address: str | None = None) -> tuple[str, bytes]:
    """The Word file's name and content; the trail keeps who took it."""
    require(actor, "view_bulletins", bulletin)
    paper = paper_of(bulletin)
    name = f"{paper.title}.docx"
    trace = f"{actor} {moment(timezone.now())}导出" if actor is not None else ""
    content = bulletin_docx(paper, trace)
    audit.record(
        actor=actor,
        act="bulletin.exported",
        unit=bulletin.unit,
        subject=name,
        details={"people": len(bulletin.content["people"])},
        address=address,
    )
    return name, content
