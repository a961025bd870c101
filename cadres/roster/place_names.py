"""What the names of villages end with. Pure: no Django."""

from __future__ import annotations

_COMMUNITY_ENDINGS = ("社区居民委员会", "社区居委会", "社区居民委", "居民委员会", "社区村委会", "居委会", "社区")
_VILLAGE_ENDINGS = ("村村民委员会", "村民委员会", "村村委会", "村委会", "村村委", "村委", "行政村", "村")


def split_ending(name: str) -> tuple[str, str]:
    """(stem, kind) of a village's name: 平安社区居委会 → (平安, 社区); without an ending the kind is ""."""
    for kind, endings in (("社区", _COMMUNITY_ENDINGS), ("村", _VILLAGE_ENDINGS)):
        for ending in endings:
            if name.endswith(ending) and len(name) > len(ending):
                return name[: -len(ending)], kind
    return name, ""
