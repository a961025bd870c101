"""Every door of the program, from the resolver, and how to knock at each.

The table names what each parameter of an address stands for. A parameter, a model or a page that is not in it makes the
crawler fail: who adds a page says here how to call it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from attendance.models import LeaveRequest, SpotCheck, WeeklySheet
from cadres.models import Cadre, CorrectionRequest, ImportRun, Posting
from reports.import_answer import ANSWERS
from reports.models import Bulletin
from reports.unit_change_forms import FORMS
from reports.views.person import TABS
from townships.models import AdministrativeUnit, Appointment, UnitSuccession
from townships.views.roles import ACTS

#: Parameters that mean the same everywhere: the values to try.
PLAIN = {
    "week": ["2026-W46", "2026-W41"],
    "month": ["2026-10", "2026-11"],
    "day": ["2026-11-23"],
    "tab": list(TABS),
    "kind": ["xlsx", "csv"],
    "what": list(ANSWERS),
    "change": list(FORMS),
    "key": ["township_clerk", "own_first"],
    "act": list(ACTS),
}
IMPORTS = ("run", "columns", "value", "transfer", "confirm", "drop", "undo", "file")
#: Routes under a number: whose number it is.
OF_PK = {
    "attendance:leave": LeaveRequest,
    "attendance:leave_decide": LeaveRequest,
    "attendance:leave_return": LeaveRequest,
    "attendance:leave_cancel": LeaveRequest,
    "attendance:leave_revoke": LeaveRequest,
    "attendance:case": Posting,
    "attendance:finding": Posting,
    **{f"cadres:correction_{name}": CorrectionRequest for name in ("decide", "proof", "withdraw")},
    **{f"reports:import_{name}": ImportRun for name in IMPORTS},
    "reports:unit_change": UnitSuccession,
    "reports:unit_change_withdraw": UnitSuccession,
    "reports:bulletin": Bulletin,
    "reports:bulletin_document": Bulletin,
    "reports:bulletin_ranking": Bulletin,
    "reports:person": Cadre,
    "reports:person_tab": Cadre,
}
#: Parameters of the API that name a row by its number.
OF_NUMBER = {
    "cadre_id": Cadre,
    "leave_id": LeaveRequest,
    "correction_id": CorrectionRequest,
    "sheet_id": WeeklySheet,
    "check_id": SpotCheck,
    "bulletin_id": Bulletin,
    "delegation_id": Appointment,
}
#: Parameters that name a unit.
OF_UNIT = {"code": AdministrativeUnit}
#: Doors that are no pages of ours, or take everything: what to call instead.
LEFT_OUT = {
    "admin:view_on_site": "no model of ours has an address of its own",
    "admin:-": "answers a wrong address",
    "api:-": "answers a wrong address",
    "admin:app_list": "asked with each label",
    "admin:jsi18n": "words of the calendar",
    "townships:logout": "ends the session",
    "admin:logout": "ends the session",
}


@dataclass(frozen=True)
class Door:
    """One route: `model` is what its object parameter names, `rest` the other parameters, in order."""

    name: str
    parameters: tuple[str, ...]
    model: type | None

    def address(self, values: dict) -> str:
        return reverse(self.name, args=[values[parameter] for parameter in self.parameters])

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its full name ("admin:-" where it has none)."""

    def walk(entries, space: str):
        for entry in entries:
            if isinstance(entry, URLPattern):
                yield f"{space}{entry.name or '-'}", entry
            else:
                yield from walk(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)

    yield from walk(get_resolver().url_patterns, "")


def doors() -> list[Door]:
    """All doors of the table; an unknown one is a KeyError that says what to do."""
    found = []
    for name, pattern in patterns():
        if name not in LEFT_OUT:
            parameters = tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)
            if name.endswith("_simple_history"):
                parameters = ("object_id", "version_id")  # its pattern names none
            if len(parameters) != pattern.pattern.regex.groups:
                raise KeyError(f"{name}: say in tests/leaks/routes.py what its parameters are called")
            found.append(Door(name, parameters, _model_of(name, parameters)))
    return found


def _model_of(name: str, parameters: tuple[str, ...]) -> type | None:
    model = None
    for parameter in parameters:
        if parameter in PLAIN:
            continue
        if parameter in OF_UNIT:
            model = model or OF_UNIT[parameter]
        elif parameter in OF_NUMBER:
            model = OF_NUMBER[parameter]
        elif parameter == "pk" and name in OF_PK:
            model = OF_PK[name]
        elif name.startswith("admin:") and parameter in {"object_id", "id", "version_id"}:
            model = admin_model(name)
        else:
            raise KeyError(f"{name}: say in tests/leaks/routes.py what “{parameter}” stands for")
    return model


def admin_model(name: str) -> type:
    """admin:cadres_posting_change → Posting; admin:auth_user_password_change → the account model."""
    rest = name.partition(":")[2]
    for model in admin.site._registry:
        head = f"{model._meta.app_label}_{model._meta.model_name}_"
        if rest.startswith(head):
            return model
    if rest.startswith("auth_user"):
        return apps.get_model("townships", "User")
    raise KeyError(f"{name}: no registered model")
