"""The trail speaks Chinese."""

import re
from pathlib import Path

from townships.audit_acts import ACTS

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_act_that_the_program_records_has_a_name():
    recorded = {
        act
        for app in ("townships", "cadres", "attendance", "reports")
        for path in (ROOT / app).rglob("*.py")
        for act in re.findall(r'\bact(?:: str)?=?\s*=\s*"([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert recorded
    assert recorded - set(ACTS) == set()
