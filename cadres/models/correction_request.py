"""A member asks to have something about himself put right."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cadres.corrections import LABELS, NEEDS_IDENTITY
from cadres.models.cadre import Cadre
from cadres.models.posting import Posting
from cadres.roster.report import masked
from townships.querysets import UnitQuerySet, in_ranges
from townships.roles import OWN_CAPABILITIES, VIEWING

#: Who looks at wishes of others: whoever answers them, and whoever reads the trail. Seeing the person is not enough.
LOOKING = ("manage_roster", "audit")


class CorrectionQuerySet(UnitQuerySet):
    def reachable_by(self, user, capability: str) -> "CorrectionQuerySet":
        """One's own; those about people kept where one holds the capability, about a posting: where it is.

        They go with the person: a wish about himself is answered where he is now.
        """
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self.all()
        reach = Q(cadre__user=user.pk) if capability in OWN_CAPABILITIES else Q(pk__in=[])
        for asked in LOOKING if capability in VIEWING else (capability,):
            reach |= Q(posting__isnull=True, cadre__in=Cadre.objects.kept_by(user, asked))
            reach |= in_ranges("posting__village__path", user.paths(asked))
        return self.filter(reach)

    def to_decide(self, user) -> "CorrectionQuerySet":
        """Open ones that this user may answer: never his own, and no identity number he may not see."""
        waiting = self.reachable_by(user, "manage_roster").filter(state=CorrectionRequest.State.PENDING)
        seen = self.model.objects.reachable_by(user, "view_identity").filter(state=CorrectionRequest.State.PENDING)
        may_see = ~Q(field__in=NEEDS_IDENTITY) | Q(pk__in=seen.values("pk"))
        return waiting.filter(may_see).exclude(cadre__user=user.pk)


class CorrectionRequest(models.Model):
    """One field of one person (更正申请): what it was when he asked, what it should be, and what became of it.

    `posting` is filled where the field belongs to a posting. Values are texts in the roster's normal forms; the end
    date is the last day. `proof` is the key of a stored file (cadres.proofs).
    """

    unit_path = "cadre__postings__village__path"
    member_path = "cadre__user"
    capabilities = {"view": "view_members", "change": "manage_roster"}

    class State(models.TextChoices):
        PENDING = "pending", "待办理"
        ACCEPTED = "accepted", "已采纳"
        REJECTED = "rejected", "未采纳"
        WITHDRAWN = "withdrawn", "已撤回"

    cadre = models.ForeignKey(Cadre, verbose_name="申请人", on_delete=models.PROTECT, related_name="corrections")
    posting = models.ForeignKey(
        Posting, verbose_name="派驻", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    field = models.CharField("更正项目", max_length=30, choices=list(LABELS.items()))
    value_then = models.CharField("申请时的值", max_length=200, blank=True)
    value_wanted = models.CharField("申请改为", max_length=200)
    reason = models.CharField("申请理由", max_length=200)
    proof = models.CharField("证明", max_length=80, blank=True)
    proof_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="查看证明的人", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    requested_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decision_reason = models.CharField("办理意见", max_length=200, blank=True)

    objects = CorrectionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "更正申请"
        verbose_name_plural = "更正申请"
        ordering = ["-requested_at", "-pk"]
        indexes = [models.Index(fields=["state", "requested_at", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["cadre", "field"],
                condition=Q(state="pending", posting__isnull=True),
                name="one_open_wish_a_person_and_field",
            ),
            models.UniqueConstraint(
                fields=["posting", "field"], condition=Q(state="pending"), name="one_open_wish_a_posting_and_field"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadre} 更正{self.get_field_display()}"

    @property
    def masked_then(self) -> str:
        return masked(self.field, self.value_then)

    @property
    def masked_wanted(self) -> str:
        return masked(self.field, self.value_wanted)
