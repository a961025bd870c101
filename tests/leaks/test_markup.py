"""What people type stays words on every page, whatever it looks like."""

from django.db import models
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Concat

from tests.leaks.crawl import Crawl
from tests.leaks.routes import doors
from townships.checks import our_models

MARKUP = "<script>x"
#: Keys, not words: nobody types them, or the program reads them.
KEYS = {
    "path",
    "password",
    "key",
    "kind",
    "client_id",
    "fingerprint",
    "upload",
    "digest",
    "proof",
    "username",
    "rule",
    "act",
}


def word_fields(model: type[models.Model]) -> list[str]:
    """The fields people write words into."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in KEYS
        and (field.max_length or 999) >= 40
    ]


def append_to_every_word(words: str) -> None:
    """Behind whatever is written anywhere; what is empty stays empty, as rules of the models ask."""
    for model in our_models():
        changes = {
            name: Case(
                When(**{name: ""}, then=F(name)), default=Concat(F(name), Value(words)), output_field=TextField()
            )
            for name in word_fields(model)
        }
        if changes:
            model._base_manager.update(**changes)


def test_markup_in_every_field_is_shown_as_it_was_typed(nation, client):
    """Stored as words, whatever they look like; on a page they are words again."""
    append_to_every_word(MARKUP)
    crawl = Crawl(client, nation, nation.accounts["township_secretary"])
    crawl.secret = set()
    shown = 0
    for door in doors():
        row = crawl.rows.sample(door.model)[0][:1] if door.model else [None]
        for address in crawl.addresses(door, row):
            response, text = crawl.look(address)
            if response["Content-Type"].startswith("text/html"):
                assert MARKUP not in text, address
                shown += "&lt;script&gt;x" in text
    crawl.done()
    assert shown > 40
