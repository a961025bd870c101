from cadres.models.batch import Batch
from cadres.models.cadre import Cadre
from cadres.models.posting import Posting
from cadres.models.talk import Talk
from cadres.models.work_team import WorkTeam

__all__ = ["Batch", "Cadre", "Posting", "Talk", "WorkTeam"]
