"""The roster for django-import-export: its format reads through our reader, its resource runs our action."""

from dataclasses import dataclass

from import_export.formats.base_formats import Format
from import_export.resources import Resource
from import_export.results import Result

from cadres.actions.import_roster import import_roster
from cadres.roster.report import ImportReport


@dataclass(frozen=True)
class RosterFile:
    """The uploaded bytes; what kind of file they are the reader decides by content."""

    content: bytes


class RosterFormat(Format):
    """.xlsx, .xls, .et and .csv alike: nobody is asked to choose."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return "花名册"

    def get_extension(self) -> str:
        return "xlsx"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> RosterFile:
        return RosterFile(in_stream)


class RosterResult(Result):
    """The library's result around our report."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report
        self.totals["new"], self.totals["update"] = report.created, report.updated
        self.totals["skip"] = report.unchanged

    def has_errors(self) -> bool:
        return bool(self.report.errors)


class RosterResource(Resource):
    """Import only; needs `unit` and `user` beside the library's arguments."""

    @classmethod
    def get_display_name(cls) -> str:
        return "花名册"

    def import_data(self, dataset, dry_run=False, *, unit, user, file_name="", **kwargs) -> RosterResult:  # noqa: FBT002
        report = import_roster(
            unit=unit, content=dataset.content, filename=file_name or "", actor=user, dry_run=dry_run
        )
        return RosterResult(report)
