"""Where an uploaded roster waits between preview and confirmation."""

import re
import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from import_export.tmp_storages import BaseStorage

KEPT_SECONDS = 24 * 60 * 60
"""An upload is deleted a day later, by the next upload or the daily cleaning."""

_NAME = re.compile(r"[0-9a-f]{32}")


class RosterUploads(BaseStorage):
    """Files under DATA_DIR, readable by the service only: rosters hold personal data and do not belong in /tmp."""

    def save(self, data: bytes) -> None:
        self.name = uuid4().hex
        self.sweep()
        path = self._path()
        path.touch(mode=0o600)
        path.write_bytes(data)

    def read(self) -> bytes:
        return self._path().read_bytes()

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)

    @staticmethod
    def _folder() -> Path:
        folder = Path(settings.DATA_DIR) / "uploads"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _path(self) -> Path:
        if not _NAME.fullmatch(self.name or ""):
            raise FileNotFoundError(self.name)
        return self._folder() / self.name

    def sweep(self) -> None:
        oldest = time.time() - KEPT_SECONDS
        for path in self._folder().iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
