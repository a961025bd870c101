"""The audit of what we depend on: a finding, a clean bill and no answer are three different things."""

import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("dependency_audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(*packages: dict) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "lxml",
    "version": "6.0.0",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-0001"], "fix_versions": ["6.1.0"], "description": "…"}],
}
UNKNOWN = {"name": "redis", "skip_reason": "Dependency not found on PyPI and could not be audited: redis (8.1.0)"}


@pytest.mark.parametrize(("output", "known", "findings", "skipped", "answered"), [
    (answer(CLEAN), set(), 0, [], True),
    (answer(CLEAN, WEAK), set(), 1, [], True),
    (answer(CLEAN, WEAK), {"CVE-2026-0001"}, 0, [], True),
    (answer(WEAK, UNKNOWN), set(), 1, ["redis"], True),
    # A registry that knows nobody says "no known vulnerabilities" too.
    (answer(UNKNOWN, UNKNOWN), set(), 0, ["redis", "redis"], False),
    ("", set(), 0, [], False),
    ("Traceback …", set(), 0, [], False),
    ("[]", set(), 0, [], False),
])  # fmt: skip
def test_no_answer_is_not_a_clean_bill(audit, output, known, findings, skipped, answered):
    found, left, said = audit.judged(output, known)
    assert (len(found), left, said) == (findings, skipped, answered)


def test_what_was_accepted_is_accepted_until_its_day(audit):
    text = "# why\nPYSEC-2026-1 2026-12-31 only on Windows\nCVE-2026-2 2026-01-31 not used\n"
    assert audit.accepted(text, date(2026, 11, 24)) == {"PYSEC-2026-1"}


def test_a_requirement_without_an_exact_version_is_seen(audit):
    text = "-r requirements.txt\nDjango==5.2.19\ncelery[redis]>=5 # …\nlxml\n"
    assert audit.loosely_pinned(text) == ["celery[redis]>=5", "lxml"]


def test_what_we_ask_for_is_pinned_and_locked(audit):
    assert audit.pins() == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-tools.lock"])
def test_every_locked_package_has_its_files_hashes(audit, name):
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = [block for block in text.replace("\\\n", " ").splitlines() if block.strip()]
    assert len(blocks) == len(audit.pinned(text)) > 20
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
