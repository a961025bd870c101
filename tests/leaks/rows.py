"""Which rows are whose, from the statements of the models and the plan of the estate; and what is left of the others."""

import hashlib
import os
from collections import defaultdict

from django.db import models

from cadres.models import Cadre
from tests.leaks.estate import Account, Estate, holds
from townships.checks import SHARED, our_models
from townships.models import AuditEntry

#: The longer run, with more rows of each kind: make fuzz.
THOROUGH = "LEAK_SEEDS" in os.environ
OWN, OTHERS = (2, 3) if THOROUGH else (1, 2)


class Rows:
    """The rows of the nation as one account stands to them."""

    def __init__(self, estate: Estate, account: Account) -> None:
        self.estate, self.account = estate, account
        self._samples: dict[type, tuple[list, list]] = {}

    def paths_of(self, model: type[models.Model]) -> dict[int, set[str]]:
        """The unit paths of every row."""
        found: dict[int, set[str]] = defaultdict(set)
        for key, path in model._base_manager.order_by("pk").values_list("pk", model.unit_path):
            found[key].add(path or "")
        return found

    def reaches(self, paths: set[str]) -> bool:
        return any(path.startswith(own) for path in paths if path for own in self.account.paths)

    def _is_own(self, model, row) -> bool:
        """By himself or by the institution he follows."""
        for lookup, key in (
            (getattr(model, "member_path", ""), self.account.user.pk),
            (getattr(model, "institution_path", ""), self.account.institution),
        ):
            if lookup and key and model._base_manager.filter(pk=row, **{lookup: key}).exists():
                return True
        return False

    def split(self, model) -> tuple[list[int], list[int]]:
        """Keys in reach and out of reach. A shared model is in everybody's."""
        if model._meta.label in SHARED or not hasattr(model, "unit_path"):
            return list(model._base_manager.values_list("pk", flat=True)), []
        inside, outside = [], []
        for key, paths in self.paths_of(model).items():
            (inside if self.reaches(paths) or self._is_own(model, key) else outside).append(key)
        return inside, outside

    def sample(self, model) -> tuple[list, list]:
        """A few rows of each kind: first, last, and between, so that both provinces and the nearest neighbours come."""
        if model not in self._samples:
            inside, outside = self.split(model)
            fetch = model._base_manager.in_bulk
            self._samples[model] = (
                list(fetch(_some(inside, OWN)).values()),
                list(fetch(_some(outside, OTHERS)).values()),
            )
        return self._samples[model]

    def digest(self) -> dict[str, str]:
        """One sum a model over everything that is not the account's to change."""
        return {model._meta.label: self._digest_of(model) for model in our_models()}

    def _digest_of(self, model) -> str:
        keys = self._kept_from(model)
        rows = model._base_manager.order_by("pk").values_list()
        lines = [repr(row) for row in rows if row[0] in keys]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _kept_from(self, model) -> set[int]:
        if model._meta.label in SHARED:
            return set()
        if model is Cadre:
            mine = {one.cadre_id for one in self.estate.postings if holds(self.estate, one)
                    and self.reaches({one.village.path})}  # fmt: skip
            return set(model._base_manager.values_list("pk", flat=True)) - mine - {self.account.cadre}
        found = self.paths_of(model)
        if model is AuditEntry:
            # What was done at no unit (an account changed) is in nobody's reach and may grow; so is what he did himself
            # about himself.
            mine = {one.village.path for one in self.estate.postings if one.cadre_id == self.account.cadre}
            own = set(
                model._base_manager.filter(actor=self.account.user, unit__path__in=mine).values_list("pk", flat=True)
            )
            found = {key: paths for key, paths in found.items() if paths != {""} and key not in own}
        return {key for key, paths in found.items() if not self.reaches(paths)} - _himself(model, self.account)


def _himself(model, account: Account) -> set[int]:
    """His own account, and what he may file about himself."""
    lookup = getattr(model, "member_path", "")
    rows = model._base_manager.filter(**{lookup: account.user.pk}).values_list("pk", flat=True) if lookup else ()
    return {account.user.pk} if model is type(account.user) else set(rows)


def _some(keys: list[int], count: int) -> list[int]:
    keys = sorted(keys)
    if len(keys) <= count or count == 1:
        return keys[-count:]
    return [keys[round(number * (len(keys) - 1) / (count - 1))] for number in range(count)]
