"""Collects the static files only when one of them changed: hashing and compressing them takes seconds of every start."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_if_changed() -> bool:
    """Whether there was anything to collect."""
    kept = Path(settings.DATA_DIR) / "static.fingerprint"
    now = fingerprint()
    if kept.exists() and Path(settings.STATIC_ROOT).is_dir() and kept.read_text(encoding="ascii") == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    kept.write_text(now, encoding="ascii")
    return True


def fingerprint() -> str:
    """Of the names, sizes and times of every source file."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            lines.append(f"{name}\0{about.st_size}\0{about.st_mtime_ns}")
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()
