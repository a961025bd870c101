"""The tenant tree."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from townships import wall
from townships.paths import ancestors
from townships.querysets import UnitQuerySet
from townships.roles import CAPABILITIES


class UnitTreeQuerySet(UnitQuerySet):
    def active_on(self, day) -> "UnitTreeQuerySet":
        return self.active_between(day, day)

    def active_between(self, first, last) -> "UnitTreeQuerySet":
        """Units in use on some day of [first, last], both included."""
        return self.filter(Q(begins__isnull=True) | Q(begins__lte=last), Q(ends__isnull=True) | Q(ends__gt=first))

    def villages(self) -> "UnitTreeQuerySet":
        return self.filter(level=AdministrativeUnit.Level.VILLAGE)

    def townships(self) -> "UnitTreeQuerySet":
        return self.filter(level=AdministrativeUnit.Level.TOWNSHIP)

    def with_code(self, code: str) -> "AdministrativeUnit | None":
        """The unit that has a division code, else the last one that had it."""
        unit = self.filter(division_code=code).first()
        if unit is None:
            held = self.filter(names__division_code=code, names__taken_up_at__isnull=False)
            unit = held.order_by("names__taken_up_at").last()
        return unit


class AdministrativeUnit(models.Model):
    """A province, city, county, township or village; every one a tenant.

    Codes change (renaming, merging), so neither the path nor the primary key means anything by the code.
    """

    unit_path = "path"
    read_from_below = True
    capabilities = {"view": "view_members", "add": "manage_units", "change": "manage_units", "delete": "manage_units"}

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"
        TOWNSHIP = "township", "乡镇"
        VILLAGE = "village", "村(社区)"

    level = models.CharField("层级", max_length=10, choices=Level.choices)
    division_code = models.CharField(
        "区划代码",
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^\d{12}$", "区划代码须为 12 位数字，不足的在后面补 0。")],
    )
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", verbose_name="上级单位", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField("路径", max_length=40, unique=True, editable=False)
    begins = models.DateField("启用日期", null=True, blank=True)
    ends = models.DateField("停用日期", null=True, blank=True, help_text="从这一天起不再使用。")

    objects = UnitTreeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "行政单位"
        verbose_name_plural = "行政单位"
        ordering = ["path"]
        permissions = list(CAPABILITIES.items())
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(ends__isnull=True) | Q(begins__isnull=True) | Q(ends__gt=F("begins")),
                violation_error_message="停用日期必须晚于启用日期。",
            ),
            models.CheckConstraint(
                name="only_a_province_has_no_parent",
                condition=Q(parent__isnull=False) | Q(level="province"),
                violation_error_message="除省级外都要选择上级单位。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def validate_unique(self, exclude=None) -> None:
        with wall.beyond("a division code is used once in the nation"):
            super().validate_unique(exclude=exclude)

    @property
    def ancestor_paths(self) -> list[str]:
        """From the province down to and with this unit."""
        return ancestors(self.path)

    @property
    def is_community(self) -> bool:
        return self.level == self.Level.VILLAGE and self.name.endswith(("社区", "居委会"))

    @property
    def is_village(self) -> bool:
        return self.level == self.Level.VILLAGE
