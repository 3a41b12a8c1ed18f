"""Documents that are longer than what is read of one: they say how much was read and what is left out, and cost little."""

import psutil
import pytest
from django.conf import settings

from editor.knowledge import services
from graphapp.accounts.models import User
from runs.knowledge.reader import read_document
from tests.support.knowledge import index_all, pdf

PAGES = 10_000
MEMORY = 400 * 1024 * 1024
"""Far below what the process that reads may take: measured are 160 MB."""


class Watched:
    """Looks at the process that reads, each time that it tells something."""

    def __init__(self) -> None:
        self.most = 0
        self.told = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.told += 1
        for child in psutil.Process().children():
            try:
                if any("runs.knowledge.child" in word for word in child.cmdline()):
                    self.most = max(self.most, child.memory_info().rss)
            except psutil.NoSuchProcess:
                continue


@pytest.mark.django_db
def test_of_ten_thousand_pages_the_first_are_searched_and_the_rest_is_named(olga: User) -> None:
    assert settings.GRAPHAPP_DOCUMENT_MAX_PAGES == 2000, "the limit that is lowered here, to be quick"
    base = services.base_create(actor=olga, name="Long")
    body = pdf(*(f"This is page {number}." for number in range(1, PAGES + 1)))
    document = services.document_add(base=base, actor=olga, name="long.pdf", body=body)
    index_all(max_pages=200)
    document.refresh_from_db()
    assert (document.status, document.fault, document.pages_read, document.pages_total) == ("ready", None, 200, PAGES)
    assert document.notes == ["Read 200 of 10000 pages: documents are read up to 200 pages. Split it into parts for the rest."]
    assert document.passages.count() == document.passages_done == document.passages_total == 200
    last = document.passages.order_by("-position")[0]
    assert (last.page, last.text) == (200, "This is page 200.")


WORDS = "Words of a page that says little. " * 75


@pytest.mark.parametrize(
    ("kind", "line", "passages"),
    [("text", "Page {n}. {words}\n\n", "40,000"), ("markdown", "# Page {n}\n\n{words}\n\n", "50,000")],
)
def test_a_text_of_ten_thousand_pages_says_how_much_of_it_is_searched(kind: str, line: str, passages: str) -> None:
    """As long as an upload may be, and a page of it is as long as a page of a book."""
    body = "".join(line.format(n=n, words=WORDS) for n in range(PAGES)).encode()
    assert 0.95 * settings.GRAPHAPP_UPLOAD_MAX_BYTES < len(body) <= settings.GRAPHAPP_UPLOAD_MAX_BYTES
    watched = Watched()
    found = read_document(body, kind, max_pages=settings.GRAPHAPP_DOCUMENT_MAX_PAGES, heard=watched)
    assert len(found.pieces) == 20_000
    assert found.notes == [f"Only the first 20,000 of {passages} passages are searched: split this document into parts."]
    assert 0 < watched.most < MEMORY
