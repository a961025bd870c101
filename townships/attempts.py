"""Counting wrong passwords, so that nobody guesses one through the API."""

import hashlib

from django.core.cache import cache

#: So many wrong passwords for one account from one address, then a pause.
MOST = 5
PAUSE_SECONDS = 15 * 60


def _key(username: str, address: str) -> str:
    return "attempts:" + hashlib.sha256(f"{username}\n{address}".encode(errors="replace")).hexdigest()


def is_paused(username: str, address: str) -> bool:
    return cache.get(_key(username, address), 0) >= MOST


def count_failure(username: str, address: str) -> None:
    key = _key(username, address)
    if cache.add(key, 1, PAUSE_SECONDS):
        return
    try:
        cache.incr(key)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, PAUSE_SECONDS)


def forget(username: str, address: str) -> None:
    cache.delete(_key(username, address))
