"""A site that others reach: Django's own list of what it needs is clean, and what is missing is said at the start."""

import logging
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.deployment import missing, warn_of_what_is_missing
from config.env import secret_key

ROOT = Path(__file__).resolve().parent.parent
#: What docs/operations.md tells to write for a site others reach.
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "HTTPS": "1",
    "ALLOWED_HOSTS": "zhucun.example.gov.cn",
    "CSRF_TRUSTED_ORIGINS": "https://zhucun.example.gov.cn",
}
NOT_INHERITED = {
    "DATABASE_URL", "REDIS_URL", "DEBUG", "ZHUCUN_DEMO", "SECRET_KEY", "HTTPS", "AUDIT_KEEP_DAYS",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # the tests with a browser set it
}  # fmt: skip


def check(directory: Path, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, "DATA_DIR": str(directory), **environment}, capture_output=True, text=True
    )


def test_with_the_settings_of_production_nothing_is_left_to_warn_of(tmp_path):
    done = check(tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_what_is_missing_is_named(tmp_path):
    lacking = {"SECRET_KEY": "", "ZHUCUN_DEMO": "1", "HTTPS": "0", "ALLOWED_HOSTS": "*", "AUDIT_KEEP_DAYS": "30"}
    done = check(tmp_path, **PRODUCTION | lacking)
    assert done.returncode != 0
    for number in ("config.W001", "config.W002", "config.W003", "config.W004", "townships.E002"):
        assert number in done.stderr


@pytest.mark.parametrize(
    "key",
    ["geheim", "ab" * 40, "django-insecure-" + secrets.token_urlsafe(50)],
    ids=["word", "pattern", "made by Django"],
)
def test_with_a_key_that_can_be_guessed_nothing_starts(key, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY 太简单"):
        secret_key(tmp_path, debug=False)
    assert secret_key(tmp_path, debug=True) == key


def test_the_key_made_at_the_first_start_is_a_secret(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    made = secret_key(tmp_path, debug=False)
    assert len(made) >= 50
    assert secret_key(tmp_path, debug=False) == made
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_log_says_at_the_start_what_is_missing(settings, caplog):
    settings.DEMO_LOGINS, settings.HTTPS, settings.SECRET_KEY_IS_OURS = False, False, True
    with caplog.at_level(logging.WARNING):
        warn_of_what_is_missing()
    assert [record.message.split()[0] for record in caplog.records] == [one.id for one in missing()]
    assert {"config.W001", "config.W003"} <= {record.message.split()[0] for record in caplog.records}


def test_a_demonstration_says_nothing(settings, caplog):
    settings.DEMO_LOGINS = True
    warn_of_what_is_missing()
    assert not caplog.records


@pytest.mark.parametrize("address", ["/login/", "/admin/login/", "/nowhere/", "/api/v1/me"])
def test_no_answer_can_be_put_into_a_frame(address, db):
    answer = Client().get(address)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
