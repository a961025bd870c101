"""Secrets at rest: unreadable in the database, bound to their owner, readable through a change of keys."""

import json
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import UserFactory
from townships.actions.second_factor import (
    KeyLost,
    WrongCode,
    begin_enrolment,
    confirm_enrolment,
    reset_factor,
    verify_factor,
)
from townships.models import AuditEntry, PhoneFactor
from townships.sealing import Unreadable, marks_of, seal, unseal

OLD, NEW = "o" * 20 + "ld key 0123456789abcdef", "n" * 20 + "ew key 0123456789abcdef"


@given(secret=st.binary(min_size=1, max_size=20), owner=st.text(max_size=30))
def test_what_is_sealed_opens_for_its_owner_with_any_of_the_keys(secret, owner):
    sealed = seal(secret, owner=owner, keys=[OLD])
    assert len(sealed) <= 80
    assert unseal(sealed, owner=owner, keys=[NEW, OLD]) == secret
    assert seal(secret, owner=owner, keys=[OLD]) != sealed
    for other, keys in ((f"{owner}x", [OLD]), (owner, [NEW])):
        with pytest.raises(Unreadable):
            unseal(sealed, owner=other, keys=keys)


@pytest.mark.parametrize("stored", ["", "s1.", "s1.!!!!", "s1.AAAA", "3f" * 20, "s1." + "A" * 64, "s1.密"])
def test_what_was_never_sealed_does_not_open(stored):
    with pytest.raises(Unreadable):
        unseal(stored, owner="x", keys=[OLD])


def test_a_mark_fits_its_column_and_belongs_to_its_owner_and_key():
    old, new = marks_of("abcd2345", owner="x", keys=[OLD, NEW])
    assert len(old) == len(new) == 16
    assert len({old, new, *marks_of("abcd2345", owner="y", keys=[OLD, NEW])}) == 4


@pytest.fixture
def keys(settings):
    settings.SEALING_KEYS = [OLD]
    return settings


@pytest.fixture
def enrolled(db, keys):
    """An account with a second factor: (account, secret, recovery codes)."""
    user = UserFactory(username="jin")
    device = begin_enrolment(user=user)
    secret = device.bin_key
    _, codes = confirm_enrolment(user=user, code=f"{totp(secret):06d}")
    forget_the_last_code()
    return user, secret, codes


def forget_the_last_code():
    PhoneFactor.objects.update(last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None)


def in_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM otp_totp_totpdevice UNION ALL SELECT token FROM otp_static_statictoken")
        return " ".join(row[0] for row in cursor.fetchall())


def test_neither_the_secret_nor_a_recovery_code_is_in_the_database(enrolled):
    _, secret, codes = enrolled
    stored = in_the_database()
    assert secret.hex() not in stored
    assert not re.search("|".join(codes), stored)


def test_the_secret_of_another_account_is_of_no_use(enrolled):
    user, secret, _ = enrolled
    other = UserFactory(username="other")
    PhoneFactor.objects.create(user=other, key=PhoneFactor.objects.get(user=user).key, confirmed=True)
    with pytest.raises(KeyLost):
        verify_factor(user=other, code=f"{totp(secret):06d}")


def test_a_new_key_takes_over_at_the_next_code(enrolled, keys):
    user, secret, codes = enrolled
    keys.SEALING_KEYS = [NEW, OLD]
    verify_factor(user=user, code=f"{totp(secret):06d}")
    verify_factor(user=user, code=codes[0])
    keys.SEALING_KEYS = [NEW]
    forget_the_last_code()
    verify_factor(user=user, code=f"{totp(secret):06d}")
    with pytest.raises(WrongCode):
        verify_factor(user=user, code=codes[1])


def test_a_command_seals_everything_with_the_new_key(enrolled, keys, capsys):
    user, secret, _ = enrolled
    PhoneFactor.objects.create(user=UserFactory(username="lost"), key="s1.AAAA", confirmed=True)
    keys.SEALING_KEYS = [NEW, OLD]
    for expected in ({"sealed": 1, "current": 0, "unreadable": 1}, {"sealed": 0, "current": 1, "unreadable": 1}):
        call_command("seal_secrets", as_json=True)
        assert json.loads(capsys.readouterr().out) == expected
    keys.SEALING_KEYS = [NEW]
    verify_factor(user=user, code=f"{totp(secret):06d}")


class TestTheKeyIsLost:
    @pytest.fixture(autouse=True)
    def lost(self, enrolled, keys):
        keys.SEALING_KEYS = [NEW]

    def test_the_page_says_what_to_do_and_the_trail_why(self, enrolled):
        user, secret, _ = enrolled
        with pytest.raises(KeyLost, match="取消二次验证"):
            verify_factor(user=user, code=f"{totp(secret):06d}")
        assert AuditEntry.objects.get(act="account.factor_failed").details == {"reason": "factor.key_lost"}

    def test_after_the_reset_he_enrols_again(self, enrolled):
        user, _, _ = enrolled
        reset_factor(user=user, actor=None)
        device = begin_enrolment(user=user)
        confirm_enrolment(user=user, code=f"{totp(device.bin_key):06d}")

    def test_the_command_line_resets_where_nobody_is_above(self, enrolled, capsys):
        user, _, _ = enrolled
        call_command("reset_second_factor", user.username)
        assert "已取消" in capsys.readouterr().out
        assert not PhoneFactor.objects.exists()
        assert AuditEntry.objects.filter(act="account.factor_reset", actor=None).count() == 1

    def test_an_enrolment_that_was_not_confirmed_begins_anew(self, db, keys):
        user = UserFactory(username="half")
        keys.SEALING_KEYS = [OLD]
        begin_enrolment(user=user)
        keys.SEALING_KEYS = [NEW]
        assert len(begin_enrolment(user=user).bin_key) == 20


def test_the_migration_seals_what_was_stored_plainly(db, keys):
    migration = import_module("townships.migrations.0003_seal_factors")
    user = UserFactory(username="early")
    secret = "3f" * 20
    device = TOTPDevice.objects.create(user=user, key=secret, confirmed=True)
    paper = user.staticdevice_set.create(name="恢复码")
    paper.token_set.create(token="abcd2345")
    migration.seal_all(apps, None)
    assert secret not in in_the_database()
    verify_factor(user=user, code=f"{totp(bytes.fromhex(secret)):06d}")
    verify_factor(user=user, code="abcd2345")
    migration.unseal_all(apps, None)
    device.refresh_from_db()
    assert (device.key, StaticToken.objects.count()) == (secret, 0)
