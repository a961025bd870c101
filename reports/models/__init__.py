from reports.models.bulletin import Bulletin, WeekLock
from reports.models.manual_item import ManualItem
from reports.models.scheme import ScoringScheme
from reports.models.weekly_score import ScoreChange, WeeklyScore

__all__ = ["Bulletin", "ManualItem", "ScoreChange", "ScoringScheme", "WeekLock", "WeeklyScore"]
