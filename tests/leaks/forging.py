"""Every write the program takes, with numbers and codes that are not the writer's.

A forged write is sent as the page itself would send it: the fields the page shows, its inlines, its hidden keys, and
then one thing exchanged for something out of reach, or something added that no form has.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.db import models
from django.forms import BaseFormSet
from django.urls import reverse

from cadres.models import Posting
from tests.leaks.routes import Door
from tests.leaks.rows import THOROUGH, Rows
from townships.models import AdministrativeUnit

#: Rows out of reach tried in one place.
MOST = 3 if THOROUGH else 1
#: Everything a view of ours reads from a form, but for what names something.
WORDS = {
    "outcome": "approve", "reason": "查明", "finding": "absent", "name": "村支书", "note": "伪造", "sign": "1",
    "week": "2026-W46", "day": "2026-11-20", "begins": "2026-11-25", "month": "2026-10", "kind": "personal",
    "begins_on": "2026-11-25", "ends_on": "2026-11-25", "begins_half": "am", "ends_half": "pm", "rule": "task",
    "points": "3", "conclusion": "mistaken", "held_on": "2026-11-20", "talker": "伪造", "number": "伪〔2026〕1号",
    "change_reason": "伪造", "client_id": "forged", "method": "onsite", "villages": "9", "only_good": "1",
    "returned_on": "2026-11-24", "act": "", "_save": "1", "post": "yes", "key": "village", "raw": "a",
    "replacement": "b", "last_day": "2026-11-26", "acts_as": "auditor", "capabilities": "view_members",
    "step": "look", "password1": "Forged-2026-xx", "password2": "Forged-2026-xx", "usable_password": "true",
}  # fmt: skip
ACTS = ("", "manual", "void", "score", "publish", "revise", "withdraw", "decide", "review", "talk", "keep")
#: What no form has and a careless one would take over.
EXTRA = {"is_superuser": "on", "is_staff": "on", "is_active": "", "is_demo": "on", "path": "0001", "state": "approved"}
NAMING = ("posting", "item", "round", "extends", "cadre", "unit", "village", "leave", "bulletin", "chosen", "user", "for", "delegate",
          "delegation")  # fmt: skip


def data_for(rows: Rows, door: Door) -> Iterator[dict]:
    """Bodies for a page of ours: every act, every naming field out of reach."""
    postings = rows.sample(Posting)[1]
    number = postings[0].pk if postings else 0
    marks = {f"m{one.pk}_202611{day}": "√|√" for one in postings for day in (16, 17, 18)}
    for act in ACTS if door.name in {"reports:scores_week", "reports:bulletin", "attendance:case"} else ("",):
        yield {**WORDS, **EXTRA, **marks, **dict.fromkeys(NAMING, number), "act": act}


def rendered(response) -> dict:
    """What the admin page would send back unchanged: its form, its inlines with their management data."""
    context = response.context
    if context is None or "adminform" not in context:
        return {}
    data = dict(_values(context["adminform"].form))
    for inline in context.get("inline_admin_formsets", ()):
        formset: BaseFormSet = inline.formset
        data |= dict(_values(formset.management_form))
        for form in formset.forms:
            data |= dict(_values(form))
    return data


def _values(form) -> Iterator[tuple[str, str]]:
    for bound in form:
        value = bound.value()
        if isinstance(value, bool):
            if value:
                yield bound.html_name, "on"
        elif value is not None:
            yield bound.html_name, value.pk if isinstance(value, models.Model) else value


def forged(response, rows: Rows) -> Iterator[dict]:
    """The page's own data with one relation at a time out of reach, then with lines and fields no page offers."""
    data = rendered(response)
    if not data:
        return
    form = response.context["adminform"].form
    filled = {**{name: WORDS.get(name, "1") for name in form.fields}, **data}
    for name, field in form.fields.items():
        related = getattr(getattr(field, "queryset", None), "model", None)
        if related is not None:
            for row in rows.sample(related)[1][-MOST:]:
                yield {**filled, name: row.pk}
    for inline in response.context.get("inline_admin_formsets", ()):
        yield from _lines(inline.formset, filled, rows)
    units = rows.sample(AdministrativeUnit)[1]
    yield {**filled, **EXTRA, **dict.fromkeys(NAMING, units[-1].pk if units else 0), "id": 1, "pk": 1}


def _lines(formset, filled: dict, rows: Rows) -> Iterator[dict]:
    """A line that names a row of somebody else's as its own, and a new one whose relations are out of reach."""
    prefix, model = formset.prefix, formset.model
    others = rows.sample(model)[1][-MOST:]
    total = int(filled.get(f"{prefix}-TOTAL_FORMS", 0))
    fields = [name for name in formset.empty_form.fields if name not in {"id", "DELETE"}]
    line = {f"{prefix}-0-{name}": WORDS.get(name, "1") for name in fields}
    for row in others:
        stolen = {f"{prefix}-TOTAL_FORMS": max(total, 1), f"{prefix}-INITIAL_FORMS": 1, f"{prefix}-0-id": row.pk}
        yield {**filled, **line, **stolen}
        yield {**filled, **line, **stolen, f"{prefix}-0-DELETE": "on"}
    for name in fields:
        related = getattr(getattr(formset.empty_form.fields[name], "queryset", None), "model", None)
        for row in rows.sample(related)[1][-MOST:] if related else ():
            new = {key.replace("-0-", f"-{total}-"): value for key, value in line.items()}
            yield {**filled, **new, f"{prefix}-TOTAL_FORMS": total + 1, f"{prefix}-{total}-{name}": row.pk}


def admin_addresses(model, row) -> list[str]:
    head = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
    return [reverse(f"{head}{page}", args=[row.pk]) for page in ("change", "delete", "history")]


def actions_of(model) -> list[str]:
    page = admin.site._registry[model]
    named = [one if isinstance(one, str) else one.__name__ for one in page.actions or ()]
    return [*named, "delete_selected"]
