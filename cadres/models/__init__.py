from cadres.models.batch import Batch
from cadres.models.cadre import Cadre
from cadres.models.column_choice import ColumnChoice
from cadres.models.correction_request import CorrectionRequest
from cadres.models.import_row import ImportRow
from cadres.models.import_run import ImportRun
from cadres.models.posting import Posting
from cadres.models.talk import Talk
from cadres.models.work_team import WorkTeam

__all__ = [
    "Batch",
    "Cadre",
    "ColumnChoice",
    "CorrectionRequest",
    "ImportRow",
    "ImportRun",
    "Posting",
    "Talk",
    "WorkTeam",
]
