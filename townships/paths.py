"""PURE: path arithmetic of the tenant tree; no other file does any.

A path is a chain of segments of fixed width, digits only: 0001 is the first province, 00010003
its third child. A subtree is the half-open range [path, after(path)). Digits only and a bound
inside the alphabet, because a bound like "last character plus one" gives ":" after "9", which a
linguistic collation of PostgreSQL sorts elsewhere: the subtree would silently vanish there.
"""

from collections.abc import Iterable

WIDTH = 4
#: Reserved: no unit has it, so that the bound of the last sibling stays inside the alphabet.
LAST_SEGMENT = 10**WIDTH - 1


class TooManySiblings(ValueError):
    """A unit has no room for another child (9,998 are allowed)."""


def segment(number: int) -> str:
    if not 1 <= number < LAST_SEGMENT:
        raise TooManySiblings(number)
    return f"{number:0{WIDTH}d}"


def child(parent: str, number: int) -> str:
    return parent + segment(number)


def next_sibling(parent: str, last: str | None) -> str:
    """The path after the last used child of `parent` (None: there is no child yet)."""
    number = int(last[-WIDTH:]) + 1 if last else 1
    return child(parent, number)


def after(path: str) -> str:
    """The first path behind the subtree of `path`."""
    return f"{path[:-WIDTH]}{int(path[-WIDTH:]) + 1:0{WIDTH}d}"


def covers(path: str, other: str) -> bool:
    """Whether `other` is `path` or below it."""
    return bool(path) and other.startswith(path)


def covered(other: str, by: Iterable[str]) -> bool:
    return any(covers(path, other) for path in by)


def ancestors(path: str) -> list[str]:
    """From the province down to and with the path itself."""
    return [path[:end] for end in range(WIDTH, len(path) + 1, WIDTH)]


def depth(path: str) -> int:
    return len(path) // WIDTH


def common(paths: Iterable[str]) -> str:
    """The path of the lowest unit that covers all of them; "" when there is none."""
    chains = [ancestors(path) for path in set(paths)]
    shared = [level[0] for level in zip(*chains, strict=False) if len(set(level)) == 1]
    return shared[-1] if shared else ""


def topmost(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths that no other path of the set covers, sorted."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not (kept and covers(kept[-1], path)):
            kept.append(path)
    return tuple(kept)
