"""What is typed stays words: in headers, workbooks and documents; and what is sent twice is done once."""

import io
import zipfile

import pytest
from django.db import transaction
from lxml import etree

from cadres.models import ImportRow, ImportRun, Posting
from tests.leaks.crawl import Crawl, choices_of, named
from tests.leaks.forging import ACTS, NAMING, WORDS
from tests.leaks.routes import doors
from tests.leaks.test_markup import append_to_every_word
from townships.checks import our_models
from townships.models import ApiToken, AuditEntry, AuditHead, Job

#: Signs that XML has no place for, the end of a header, the beginning of another, markup, a formula's neighbours.
HOSTILE = "\x0b\x1f\r\nX-Evil: 1<&"
#: Each answer leaves these behind, the same act or not.
NOT_COUNTED = (AuditEntry, AuditHead, Job, ApiToken, ImportRun, ImportRow)
#: Acts that are meant to be done again: every time is another one.
REPEATABLE = {"reports:compile_bulletin"}


def test_hostile_words_break_no_page_no_file_and_no_header(nation, client):
    append_to_every_word(HOSTILE)
    crawl = Crawl(client, nation, nation.accounts["township_secretary"])
    crawl.secret = set()
    files = 0
    for door in doors():
        row = crawl.rows.sample(door.model)[0][:1] if door.model else [None]
        for address in crawl.addresses(door, row):
            response = client.get(address)
            if response.status_code >= 500:
                crawl.blame(f"{response.status_code} at {address}")
            assert "X-Evil" not in response, address
            if not response.streaming and response.content[:2] == b"PK":
                files += 1
                for fault in faults_of(response.content):
                    crawl.blame(f"{fault} in {address}")
    crawl.done()
    assert files > 5


def faults_of(content: bytes) -> list[str]:
    """Parts of an office file that do not parse, cells that calculate, links that lead out."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name))
                if "worksheets" in name and root.findall(".//{*}c/{*}f"):
                    found.append(f"a formula in {name}")
                if name.endswith(".rels") and any(one.get("TargetMode") == "External" for one in root):
                    found.append(f"a link out of the file in {name}")
    return found


@pytest.mark.parametrize("key", ["township_secretary", "squad_leader", "member"])
def test_what_is_sent_twice_is_done_once(key, nation, client):
    crawl = Crawl(client, nation, nation.accounts[key])
    own = crawl.rows.sample(Posting)[0]
    naming = dict.fromkeys(NAMING, own[0].pk if own else 0)
    asked = 0
    for door in doors():
        if door.is_admin or door.name.startswith(("townships:", "api:")) or door.name in REPEATABLE:
            continue
        rows = crawl.rows.sample(door.model)[0][:1] if door.model else [None]
        for row in rows:
            address = door.address(next(choices_of(door, named(door, row) if row is not None else {})))
            for act in ACTS if door.name in {"reports:scores_week", "reports:bulletin", "attendance:case"} else ("",):
                with transaction.atomic():
                    asked += 1
                    client.post(address, {**WORDS, **naming, "act": act})
                    once = counts()
                    second = client.post(address, {**WORDS, **naming, "act": act})
                    if second.status_code >= 500:
                        crawl.blame(f"{second.status_code} the second time at {address} {act}")
                    if more := {label: (n, once[label]) for label, n in counts().items() if n != once[label]}:
                        crawl.blame(f"{more} by the second time at {address} {act}")
                    transaction.set_rollback(True)
    assert asked > 20
    crawl.done()


def counts() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in our_models() if model not in NOT_COUNTED}
