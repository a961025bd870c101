"""The reference town's lists, exported from the admin, come in again with all the same."""

import io

import openpyxl

from cadres.roster.choices_made import NO_CHOICES
from cadres.roster.report import unwatched
from reports.imports import BY_KEY
from tests.cadres.table_files import exported
from townships.models import AdministrativeUnit

LISTS = {
    "check_ins": "attendance_checkin",
    "leaves": "attendance_leaverequest",
    "spot_checks": "attendance_spotcheckresult",
    "talks": "cadres_talk",
    "units": "townships_administrativeunit",
    "institutions": "townships_institution",
    "accounts": "townships_appointment",
}


def test_every_list_of_the_town_is_all_the_same(town, log_in):
    client = log_in("county")
    unit = AdministrativeUnit.objects.get(division_code=town["units"]["county"])
    for key, model in LISTS.items():
        content = exported(client, model)
        report = BY_KEY[key].run(
            unit=unit,
            content=content,
            filename="列表.xlsx",
            actor=None,
            dry_run=True,
            choices=NO_CHOICES,
            only_good=False,
            expected="",
            watch=unwatched,
            options={},
        )
        assert (key, [problem.message for problem in report.errors]) == (key, [])
        assert (key, report.created, report.updated) == (key, 0, 0)
        assert report.unchanged + len(report.left_out) - 1 == _rows(content), key
        assert report.unchanged > 0


def _rows(content: bytes) -> int:
    """Rows of an exported list: less title, header, blank line and watermark."""
    return openpyxl.load_workbook(io.BytesIO(content)).active.max_row - 4
