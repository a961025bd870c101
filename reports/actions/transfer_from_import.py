"""Moving a person whom an upload names at another village than the register does."""

from attendance.actions.transfer import TransferRefused, transfer
from attendance.transfers import transfer_offers
from cadres.models import ImportRun
from reports.actions.judge_import import content_of
from reports.actions.start_import import look_again
from townships.models import AdministrativeUnit, User


def transfer_from_import(*, run: ImportRun, posting: int, actor: User) -> str:
    """Carry out one of the offers of a run and judge the file again; answers the person in words.

    Village and day are those of the row, never the browser's. The transfer stands whether or not the file is written.
    """
    content = content_of(run)
    offers = {offer.posting.pk: offer for offer in transfer_offers(run=run, user=actor)}
    offer = offers.get(posting)
    if offer is None:
        raise TransferRefused("这个人的派驻或您的权限已有变动，请刷新页面后再办。")
    village = AdministrativeUnit.objects.get(pk=offer.village_pk)
    transfer(posting=offer.posting, village=village, begins=offer.begins, actor=actor)
    look_again(run=run, actor=actor, content=content)
    return offer.person
