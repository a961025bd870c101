"""What the commands that import tables share with the roster's: arguments, report, exit codes."""

from cadres.management.commands.import_roster import Command as ImportRoster
from cadres.roster.report import ImportReport


class TableCommand(ImportRoster):
    """`bring_in` imports one file; the report is the roster's (contracts.md)."""

    def bring_in(self, **given) -> ImportReport:
        raise NotImplementedError

    def answer(self, *, file: str, unit: str, dry_run: bool, username: str | None, **options) -> dict:
        filename, content = self.file(file)
        report = self.bring_in(
            unit=self.unit(unit),
            content=content,
            filename=filename,
            actor=self.user(username),
            dry_run=dry_run,
            **self.more(options),
        )
        return report.to_json()

    def more(self, options: dict) -> dict:
        """Further arguments of `bring_in` from the command line."""
        return {}
