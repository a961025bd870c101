"""Runs every benchmark beside this file; each prints one JSON line per claim."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Each benchmark gets a process and a data directory of its own, so that none measures another's leavings."""
    wanted = sys.argv[1:]
    failed = False
    for script in sorted(HERE.glob("*.py")):
        if script.name in {"run.py", "__init__.py"} or script.name.startswith("_"):
            continue
        if wanted and script.stem not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="zhucun-bench-") as directory:
            kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
            environment = {**kept, "DATA_DIR": directory, "PYTHONPATH": str(HERE.parent)}
            sys.stderr.write(f"== {script.stem}\n")
            sys.stderr.flush()
            failed |= subprocess.run([sys.executable, str(script)], env=environment).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
