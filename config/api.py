"""The HTTP API: what the apps offer to programs, joined under /api/v1/."""

from django.urls import URLPattern, path
from ninja import NinjaAPI

from attendance.api import check_ins, leaves, sheets, spot_checks
from cadres.api import corrections, people
from reports.api import bulletins, own_data, scores
from townships.api import account, delegations, roles, units
from townships.api.answers import ChineseJSON, speak_chinese
from townships.api.door import BearerToken, PageSession, nowhere, opened

api = NinjaAPI(
    title="驻村接口",
    version="1",
    description="用法见 docs/api.md。列表用游标翻页，出错时答 code、message、fields。",
    # The package's documentation page brings eight megabytes of scripts; the schema is enough for tools.
    docs_url=None,
    urls_namespace="api",
    auth=[BearerToken(), PageSession()],
    renderer=ChineseJSON(),
)
speak_chinese(api)
api.add_router("", account.router)
api.add_router("me", own_data.router)
api.add_router("me", corrections.mine)
api.add_router("delegations", delegations.router)
api.add_router("units", units.router)
api.add_router("units", roles.router)
api.add_router("cadres", people.cadres)
api.add_router("postings", people.postings)
api.add_router("corrections", corrections.router)
api.add_router("check-ins", check_ins.router)
api.add_router("leaves", leaves.router)
api.add_router("weekly-sheets", sheets.router)
api.add_router("spot-checks", spot_checks.router)
api.add_router("weekly-scores", scores.router)
api.add_router("bulletins", bulletins.router)


def addresses() -> tuple[list[URLPattern], str, str]:
    """The API's patterns, each view answering JSON and asking by itself who calls."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = opened(pattern.callback)
    return [*patterns, path("<path:rest>", nowhere)], app_name, namespace
