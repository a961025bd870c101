"""`load_calendar`: public holidays and make-up workdays of the announced years, into the editable table."""

from attendance.actions.seed_calendar import seed_calendar
from attendance.setting import work_calendar
from townships.commands import JsonCommand
from townships.periods import today


class Command(JsonCommand):
    help = "录入已公布年份的节假日和调休；已录入的年份不改动，可在后台更正。"

    def answer(self, **options) -> dict:
        seeded = seed_calendar()
        year = today().year
        notices = work_calendar((year, year + 1)).notices((year, year + 1))
        return {
            "years": list(seeded.years),
            "days": seeded.days,
            "last_year": seeded.last_year,
            "notices": list(notices),
        }

    def in_words(self, document) -> str:
        added = (
            f"新录入 {len(document['years'])} 年，共 {document['days']} 天。"
            if document["days"]
            else "没有要新录入的年份。"
        )
        return "\n".join(
            [added, *(f"{notice}，公布后请在后台“节假日和调休”中录入。" for notice in document["notices"])]
        )
