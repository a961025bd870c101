from townships.models.api_token import ApiToken
from townships.models.appointment import Appointment
from townships.models.audit_entry import AuditEntry
from townships.models.audit_head import AuditHead
from townships.models.facility import Facility
from townships.models.institution import Institution
from townships.models.job import Job
from townships.models.phone_factor import PhoneFactor
from townships.models.role import Role
from townships.models.unit import AdministrativeUnit
from townships.models.unit_change import UnitChange
from townships.models.unit_name import UnitName
from townships.models.unit_permission import UnitPermission
from townships.models.unit_succession import UnitSuccession
from townships.models.user import User

__all__ = [
    "AdministrativeUnit",
    "ApiToken",
    "Appointment",
    "AuditEntry",
    "AuditHead",
    "Facility",
    "Institution",
    "Job",
    "PhoneFactor",
    "Role",
    "UnitChange",
    "UnitName",
    "UnitPermission",
    "UnitSuccession",
    "User",
]
