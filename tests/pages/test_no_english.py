"""Whatever an office opens in the admin is in Chinese."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from config.schedule import sync_schedules
from tests.pages.visible import english

EVERYWHERE = ("changelist", "add", "import", "export")
OF_ONE = ("change", "history", "delete")


def _addresses(model) -> list[str]:
    options = model._meta
    base = f"admin:{options.app_label}_{options.model_name}"
    one = model._base_manager.first()
    found = []
    for page in (*EVERYWHERE, *(OF_ONE if one else ())):
        try:
            found.append(reverse(f"{base}_{page}", args=[one.pk] if page in OF_ONE else None))
        except NoReverseMatch:
            continue
    return found


def test_no_page_of_the_admin_shows_english(town, log_in):
    sync_schedules()
    client = log_in("county")
    left, seen = {}, 0
    addresses = [reverse("admin:index"), *(address for model in admin.site._registry for address in _addresses(model))]
    for address in addresses:
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        seen += 1
        if found := english(answer.content.decode()):
            left[address] = sorted(found)
    assert left == {}
    assert seen > 60
