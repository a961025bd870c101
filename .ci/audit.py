"""What we depend on: known weaknesses, where a service can say; pins, consistency and licences, always.

Exit 0: nothing found. 1: something found. A service that does not answer is no finding and no clean bill either: it is
said in capitals and, with --strict, exits with 3.
"""

import argparse
import json
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"
#: Weaknesses that were looked at and do not touch us: "ID until-date reason", a line each.
ACCEPTED = ROOT / ".ci" / "audit-accepted.txt"
FOUND, NO_ANSWER = 1, 3
SECONDS = 50
#: Licences under which the program may be given to an office as it is.
LICENCES = re.compile(
    r"\b(MIT|MIT-0|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL\w*|Lesser|ZPL|HPND|Unlicense|CC0"
    r"|Public Domain)\b",
    re.IGNORECASE,
)
#: Tools of development, never part of what runs: their licence does not reach the program.
TOOLS_ONLY = {"djlint"}


def pinned(lock: str) -> dict[str, str]:
    """Name → version of a lock file."""
    pairs = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock, re.MULTILINE)
    return {plain(name): version for name, version in pairs}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def accepted(text: str, today: date) -> set[str]:
    """The accepted weaknesses that are still accepted today."""
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {number for number, until, _ in lines if date.fromisoformat(until) >= today}


def judged(output: str, accepted_ids: set[str]) -> tuple[list[str], list[str], bool]:
    """(findings, packages nobody could say anything about, whether the service said anything at all).

    A service that knows no package answers like one that found nothing; counting what was skipped tells them apart.
    """
    try:
        asked = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [], [], False
    findings, skipped = [], []
    for one in asked:
        if "skip_reason" in one:
            skipped.append(one["name"])
        for weakness in one.get("vulns", ()):
            if not accepted_ids & {weakness["id"], *weakness.get("aliases", ())}:
                mended = "、".join(weakness.get("fix_versions", ())) or "none yet"
                findings.append(f"{one['name']} {one['version']}: {weakness['id']}, mended in {mended}")
    return findings, skipped, len(skipped) < len(asked)


def ask_service(lock: Path, service: str) -> str:
    """What pip-audit prints; "" when it cannot reach the service in time."""
    program = ROOT / ".venv" / "tools" / "bin" / "pip-audit"
    command = [str(program), "--requirement", str(lock), "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10", "--vulnerability-service", service]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return ""
    return done.stdout


def loosely_pinned(requirements: str) -> list[str]:
    lines = [line.split("#")[0].strip() for line in requirements.splitlines()]
    return [line for line in lines if line and not line.startswith("-r") and "==" not in line]


def licence_of(package: Distribution) -> str:
    told = [package.metadata.get("License-Expression") or "", (package.metadata.get("License") or "")[:200]]
    told += [one for one in package.metadata.get_all("Classifier") or () if one.startswith("License ::")]
    return " ".join(told)


def pins() -> list[str]:
    """What requirements and lock files disagree about."""
    found = []
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-tools.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        found += [f"{name}: {line} names no exact version" for line in loosely_pinned(text)]
        lock = pinned((ROOT / name).with_suffix(".lock").read_text(encoding="utf-8"))
        for package, version in pinned(text).items():
            if lock.get(package) != version:
                found.append(f"{name}: {package} {version} is {lock.get(package)} in the lock file: make lock")
    return found


def offline() -> list[str]:
    """What can be said without asking anybody."""
    found = pins()
    lock = pinned(LOCK.read_text(encoding="utf-8"))
    for package in distributions():
        name = plain(package.metadata["Name"])
        if name in {"pip", "setuptools", "wheel"}:
            continue
        if lock.get(name) != package.version:
            found.append(f"{name} {package.version} is installed, the lock file says {lock.get(name)}")
        if name not in TOOLS_ONLY and not LICENCES.search(licence_of(package)):
            found.append(f"{name}: no licence we know: {licence_of(package)[:80]!r}")
    check = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    if check.returncode:
        found += check.stdout.splitlines()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strict", action="store_true", help="no answer of the service is a failure too")
    parser.add_argument("--service", choices=["pypi", "osv"], default="pypi")
    asked = parser.parse_args()
    findings = offline()
    known = accepted(ACCEPTED.read_text(encoding="utf-8"), date.today())  # noqa: DTZ011 - a day either way is nothing
    output = ask_service(LOCK, asked.service)
    weak, skipped, answered = judged(output, known)
    findings += weak
    for line in findings:
        sys.stdout.write(f"audit: {line}\n")
    if not answered:
        sys.stdout.write("audit: THE SERVICE OF KNOWN WEAKNESSES DID NOT ANSWER: NOTHING WAS ASKED ABOUT THEM.\n")
        sys.stdout.write("audit: run `make audit` where it can be reached before anything is released.\n")
    elif skipped:
        sys.stdout.write(f"audit: NOT KNOWN TO THE SERVICE: {', '.join(skipped)}\n")
    if findings:
        return FOUND
    return NO_ANSWER if asked.strict and (skipped or not answered) else 0


if __name__ == "__main__":
    sys.exit(main())
