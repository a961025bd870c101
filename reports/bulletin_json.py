"""The bulletin as the contract's JSON (contracts.md, Bulletin)."""

from reports.bulletin_content import people_by_key
from reports.models import Bulletin


def bulletin_json(bulletin: Bulletin) -> dict:
    """What `compile_bulletin --json` prints. `red` and `black` are sets of names, sorted; places stand in `ranking`."""
    content = bulletin.content
    people = people_by_key(content)
    return {
        "month": bulletin.month,
        "unit": content["unit"]["code"],
        "status": bulletin.status,
        "revision": bulletin.revision,
        "number": bulletin.number,
        "weeks": content["weeks"],
        "ranking": [
            {
                "rank": person["place"],
                "name": person["name"],
                "id_number": person["id_number"],
                "village": person["village"],
                "total": person["total"],
                "weeks": {week: score["total"] for week, score in person["weeks"].items()},
            }
            for person in content["people"]
            if person["place"] is not None
        ],
        "unranked": [
            {
                "name": person["name"],
                "id_number": person["id_number"],
                "village": person["village"],
                "reason": person["reason"],
            }
            for person in content["people"]
            if person["place"] is None
        ],
        "red": sorted(people[key]["name"] for key in content["red"]),
        "black": sorted(people[key]["name"] for key in content["black"]),
        "needs_decision": content["needs_decision"],
    }
