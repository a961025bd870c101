from reports.models.bulletin import Bulletin
from reports.models.manual_item import ManualItem
from reports.models.scheme import ScoringScheme
from reports.models.score_change import ScoreChange
from reports.models.week_lock import WeekLock
from reports.models.weekly_score import WeeklyScore

__all__ = ["Bulletin", "ManualItem", "ScoreChange", "ScoringScheme", "WeekLock", "WeeklyScore"]
