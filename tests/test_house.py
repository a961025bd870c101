"""The house checks itself: size, layers' manners, scoping, forgotten templates."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("townships", "cadres", "attendance", "reports")
SOURCES = sorted(
    path for folder in (*APPS, "config") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SKINS = [
    path
    for path in SOURCES
    if path.stem.startswith(("admin", "api")) or {"views", "api"} & set(path.relative_to(ROOT).parts)
]
#: Files whose subject is not rows of one unit: the account that logs in, the base class that scopes.
UNSCOPED_ON_PURPOSE = {"townships/admin_base.py"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("paths", "most"), [(SOURCES, 400), (TESTS, 500)], ids=["sources", "tests"])
def test_no_file_is_too_long(paths, most):
    long = {name_of(path): n for path in paths if (n := len(path.read_text(encoding="utf-8").splitlines())) > most}
    assert long == {}


def test_no_function_is_too_long():
    long = {
        f"{name_of(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    }
    assert long == {}


def test_a_model_has_a_file_of_its_own():
    crowded = {}
    for path in SOURCES:
        if path.parent.name != "models":
            continue
        models = [
            node.name
            for node in tree_of(path).body
            if isinstance(node, ast.ClassDef)
            and any(isinstance(n, ast.ClassDef) and n.name == "Meta" for n in node.body)
        ]
        if len(models) > 1:
            crowded[name_of(path)] = models
    assert crowded == {}


def unscoped_queries(path: Path) -> list[int]:
    """Lines where a skin begins a query with anything but `reachable_by` (or `offered_to` and `kept_by`, which ask it)."""
    return [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"objects", "_default_manager", "_base_manager"}
        and node.attr not in {"reachable_by", "offered_to", "kept_by", "none"}
    ]


def test_a_skin_reaches_rows_through_the_one_door():
    open_doors = {
        name_of(path): lines
        for path in SKINS
        if name_of(path) not in UNSCOPED_ON_PURPOSE and (lines := unscoped_queries(path))
    }
    assert open_doors == {}


def test_no_signal_has_a_receiver():
    with_signals = [
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
    ]
    assert with_signals == []


def test_no_grab_bag_modules():
    assert [name_of(path) for path in SOURCES if path.stem in {"utils", "helpers", "common", "managers"}] == []


def test_nothing_imports_inside_a_function_to_dodge_a_cycle():
    """`ready()` of an app is Django's own place for it."""
    inside = [
        f"{name_of(path)}:{node.name}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and node.name != "ready"
        and any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert inside == []


def test_every_template_of_ours_is_used():
    used = set()
    for path in [*SOURCES, *(ROOT / "templates").rglob("*.html")]:
        used |= set(re.findall(r"[\"']([\w/.-]+\.html)[\"']", path.read_text(encoding="utf-8")))
    #: Overrides of packages' templates and Django's error pages are found by name.
    by_name = ("admin/", "unfold/", "simple_history/", "import_export/", "django/")
    ours = {path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")}
    unused = {
        name
        for name in ours - used
        if not name.startswith(by_name)
        and name not in {"404.html", "403.html", "500.html", "400.html", "403_csrf.html"}
    }
    assert unused == set()
