"""A person who is or was dispatched."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from townships import wall
from townships.masking import masked_identity, masked_phone
from townships.periods import today
from townships.querysets import UnitQuerySet, kept_by_dated
from townships.roles import VIEWING


class CadreQuerySet(UnitQuerySet):
    def reachable_by(self, user, capability: str) -> "CadreQuerySet":
        """To look at: whoever was ever posted there. To change, or to see unmasked: whoever is kept there."""
        if capability in VIEWING:
            return super().reachable_by(user, capability)
        return self.kept_by(user, capability)

    def kept_by(self, user, capability: str) -> "CadreQuerySet":
        """The people whose own facts (number, phone, education, account) the user may read or change.

        They go with the person: where he only was, his postings and the evidence of that time stay, no more.
        """
        if user.is_superuser and user.is_active:
            return self.all()
        postings = self.model._meta.get_field("postings").related_model
        there = kept_by_dated(postings.objects.reachable_by(user, capability), "cadre", today())
        return self.filter(pk__in=there)


class Cadre(models.Model):
    """A person, known by his identity number. He belongs to the units of his postings."""

    unit_path = "postings__village__path"
    member_path = "user"
    institution_path = "postings__dispatching_institution"
    capabilities = {
        "view": "view_members",
        "add": "manage_roster",
        "change": "manage_roster",
        "delete": "manage_roster",
    }

    name = models.CharField("姓名", max_length=60, db_index=True)
    id_number = models.CharField("身份证号", max_length=18, unique=True)
    sex = models.CharField("性别", max_length=4, blank=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    birth_month = models.CharField("出生年月", max_length=7, blank=True, help_text="如 1985-07")
    political_status = models.CharField("政治面貌", max_length=20, blank=True)
    education = models.CharField("学历", max_length=20, blank=True)
    major = models.CharField("专业", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="登录账号",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="cadre",
    )

    objects = CadreQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "干部"
        verbose_name_plural = "干部"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_cadre_has_name_and_number",
                condition=~Q(name="") & ~Q(id_number=""),
                violation_error_message="姓名和身份证号都要填写。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def validate_unique(self, exclude=None) -> None:
        with wall.beyond("an identity number is one person's in the nation"):
            super().validate_unique(exclude=exclude)

    @property
    def masked_id_number(self) -> str:
        return masked_identity(self.id_number)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)
