"""What every page's frame needs."""

from django.utils.functional import SimpleLazyObject

from townships.navigation import frame


def shell(request) -> dict:
    """`frame` for base.html; lazy, so that answers without the frame (admin, fragments) cost nothing."""
    return {"frame": SimpleLazyObject(lambda: frame(request))}
