"""What a bulletin keeps: the month's outcome as JSON, complete enough to print it again without the database.

Points are strings with two decimals. People are known by the key of the cadre.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from reports.month_scores import MonthScores, Person
from reports.ranking import MonthRanking, Placed, TieDecision, rank_month
from reports.scheme_document import Scheme
from reports.scoring import in_cents
from townships.models import AdministrativeUnit


def content_of(scores: MonthScores, decisions: Iterable[Mapping] = ()) -> dict:
    """The bulletin's content from the month's scores and the decisions made about its ties."""
    month = rank_month(scores.members(), scores.weeks, scores.rules, tie_decisions(decisions))
    people = {person.latest.cadre_id: person for person in scores.people}
    return {
        "month": str(scores.month),
        "unit": _unit(scores.unit),
        "weeks": list(scores.weeks),
        "scheme": _scheme(scores),
        "full_marks": _full_marks(scores),
        "people": [
            *(_ranked(entry, people[entry.member.key], scores) for entry in month.ranking),
            *(
                _person(people[entry.member.key], scores) | {"place": None, "reason": entry.reason}
                for entry in month.unranked
            ),
        ],
        "red": _keys(month.red.entries),
        "black": _keys(month.black.entries),
        "tied": _tied(month),
        "needs_decision": list(month.needs_decision),
    }


def tie_decisions(decisions: Iterable[Mapping]) -> dict[str, TieDecision]:
    """The latest decision about each list."""
    return {
        each["list"]: TieDecision(frozenset(each["tied"]), frozenset(each["chosen"]))
        for each in decisions
    }  # fmt: skip


def people_by_key(content: Mapping) -> dict[int, dict]:
    """The people of a content, ranked first."""
    return {person["cadre"]: person for person in content["people"]}


def _ranked(entry: Placed, person: Person, scores: MonthScores) -> dict:
    return _person(person, scores) | {
        "place": entry.place,
        "from_bottom": entry.place_from_bottom,
        "shared": entry.shared,
        "total": in_cents(entry.total),
    }


def _person(person: Person, scores: MonthScores) -> dict:
    service = person.latest
    weeks = {week: person.scores[week] for week in scores.weeks if week in person.scores}
    return {
        "cadre": service.cadre_id,
        "name": service.name,
        "id_number": service.id_number,
        "village": service.village,
        "township": person.township,
        "total": in_cents(sum((score.total for score in weeks.values()), Decimal(0))),
        "weeks": {
            week: {
                "total": in_cents(score.total),
                "dimensions": {key: part["score"] for key, part in score.dimensions.items()},
            }
            for week, score in weeks.items()
        },
        "deductions": _deductions(weeks.values(), scores.schemes),
    }


def _deductions(weeks: Iterable, schemes: Mapping[int, Scheme]) -> list[dict]:
    """The month's deductions of one person, one entry a rule; a rule means the same while key and label do."""
    summed: dict[tuple[str, str, str, str], list] = defaultdict(lambda: [0, Decimal(0), []])
    for score in weeks:
        triggers = {rule.key: rule.trigger for rule in schemes[score.scheme_id].rules}
        for dimension, part in score.dimensions.items():
            for cut in part["deductions"]:
                entry = summed[dimension, cut["rule"], cut["label"], triggers.get(cut["rule"], "")]
                entry[0] += cut["count"]
                entry[1] += Decimal(cut["points"])
                entry[2] += cut["dates"]
    return [
        {
            "rule": rule,
            "label": label,
            "dimension": dimension,
            "trigger": trigger,
            "count": count,
            "points": in_cents(points),
            "dates": dates,
        }
        for (dimension, rule, label, trigger), (count, points, dates) in summed.items()
    ]


def _scheme(scores: MonthScores) -> dict:
    used = [scores.schemes[key] for key in sorted(scores.schemes)]
    labels: dict[str, str] = {}
    for scheme in used or [scores.scheme]:
        labels |= {dimension.key: dimension.label for dimension in scheme.dimensions}
    return {
        "versions": [{"name": scheme.name, "version": scheme.version} for scheme in used],
        "dimensions": labels,
        "tie_breakers": list(scores.scheme.tie_breakers),
        "list_size": scores.scheme.list_size,
    }


def _full_marks(scores: MonthScores) -> str | None:
    """The most one person can have in the scored weeks; None where people were scored by different full marks."""
    marks: dict[str, set[Decimal]] = defaultdict(set)
    for person in scores.people:
        for week, score in person.scores.items():
            marks[week].add(scores.schemes[score.scheme_id].full_marks)
    if not scores.weeks or any(len(marks[week]) != 1 for week in scores.weeks):
        return None
    return in_cents(sum((next(iter(marks[week])) for week in scores.weeks), Decimal(0)))


def _tied(month: MonthRanking) -> dict[str, list[int]]:
    boards = {"red": month.red, "black": month.black}
    return {name: _keys(board.tied) for name, board in boards.items() if board.tied}


def _unit(unit: AdministrativeUnit) -> dict:
    return {
        "code": unit.division_code,
        "name": unit.name,
        "level": unit.level,
        "parent": unit.parent.name if unit.parent else "",
    }


def _keys(entries: Iterable[Placed]) -> list[int]:
    return [entry.member.key for entry in entries]
