"""PURE: secrets as the database keeps them: sealed with the first key, bound to their owner, opened with any key.

AES-256-GCM, because a sealed secret of 20 bytes must fit into the 80 signs that django-otp has for it; Fernet needs 120.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: How the secret was sealed; another way gets another mark.
MARK = "s1."
NONCE = 12
#: Of a word's digest this much is kept: 16 signs, the column of a recovery code.
WORD_BYTES = 12


class Unreadable(ValueError):
    """No key opens it: the keys were lost, or it was sealed for somebody else."""


@cache
def _derived(key: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())


def seal(secret: bytes, *, owner: str, keys: Sequence[str]) -> str:
    """`owner` is not secret: it keeps one account's secret from being put into another's row."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_derived(keys[0], "seal")).encrypt(nonce, secret, owner.encode())
    return MARK + urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def unseal(sealed: str, *, owner: str, keys: Sequence[str]) -> bytes:
    for key in keys:
        found = _opened(sealed, owner, key)
        if found is not None:
            return found
    raise Unreadable


def is_sealed_with(sealed: str, *, owner: str, key: str) -> bool:
    return _opened(sealed, owner, key) is not None


def _opened(sealed: str, owner: str, key: str) -> bytes | None:
    if not sealed.startswith(MARK):
        return None
    body = sealed.removeprefix(MARK)
    try:
        raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return AESGCM(_derived(key, "seal")).decrypt(raw[:NONCE], raw[NONCE:], owner.encode())
    except (InvalidTag, ValueError):
        return None


def marks_of(word: str, *, owner: str, keys: Sequence[str]) -> list[str]:
    """What is kept of a word that is only ever compared: one mark a key, the first being the one to store."""
    digests = (hmac.digest(_derived(key, "word"), f"{owner}\n{word}".encode(), "sha256") for key in keys)
    return [urlsafe_b64encode(digest[:WORD_BYTES]).decode() for digest in digests]
