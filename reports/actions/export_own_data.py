"""A copy of one's own data, for himself: kept in the trail like every export."""

from datetime import datetime

from django.utils import timezone

from cadres.actions.request_correction import unit_of
from reports.own_data import Part
from reports.own_parts import parts_of
from townships import audit
from townships.list_files import Table, tables_xlsx
from townships.models import AdministrativeUnit, User


def export_own_data(*, actor: User, at: datetime, form: str, whole: bool = False) -> list[Part]:
    """All parts of the account's own data; `whole` writes his identity number in full, which is kept as a view of it."""
    parts = parts_of(actor, whole=whole)
    rows = sum(len(each.rows) for each in parts)
    cadre, unit = getattr(actor, "cadre", None), _unit_of(actor)
    about = {"actor": actor, "unit": unit, "subject": str(actor)}
    audit.record(act="own_data.exported", details={"format": form, "rows": rows, "whole": whole}, **about)
    if whole and cadre is not None:
        audit.record(act="identity.viewed", details={"cadre": cadre.pk, "own": True}, **about)
    return parts


def _unit_of(actor: User) -> AdministrativeUnit | None:
    """Where the trail keeps it: his latest posting's village, else where he works."""
    if hasattr(actor, "cadre"):
        return unit_of(actor.cadre, None)
    posts = actor.appointments_today()
    return posts[0].unit if posts else None


def own_data_workbook(*, actor: User, at: datetime, whole: bool = False) -> bytes:
    """The parts as a workbook, a sheet a kind; who took it and when stands on every sheet."""
    parts = export_own_data(actor=actor, at=at, form="xlsx", whole=whole)
    rows = sum(len(each.rows) for each in parts)
    made = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    watermark = f"导出人：{actor}（本人资料），{made}，共 {rows} 行，请妥善保管"
    return tables_xlsx([Table(each.title, each.header, each.rows) for each in parts], watermark=watermark)
