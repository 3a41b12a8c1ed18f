"""Real workers that are killed while they index: another one goes on, and nothing is there twice."""

from collections import Counter

import pytest

from editor.knowledge import services
from editor.knowledge.models import Document
from tests.real.forks import MakeFleet
from tests.support.bench import Bench
from tests.support.indexing import Bureau, page, place_of
from tests.support.waiting import wait_until
from tests.unit.runs.providers.mock_openai import hangs

pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.timeout(180)]

SECTIONS = 96
RULES = "\n\n".join(f"# Rule {number}\n\nWhoever breaks rule {number} pays {number} dollars." for number in range(SECTIONS))
MARK = [1.0] + [0.0] * 383


def at(document: Document, status: str, done: int = 0) -> bool:
    """Say whether a document is in this state and has so many passages embedded."""
    document.refresh_from_db()
    return document.status == status and document.passages_done >= done


def test_workers_killed_while_they_fetch_and_embed_are_followed_by_one_that_ends_the_work(
    make_fleet: MakeFleet, bench: Bench, bureau: Bureau
) -> None:
    """The first dies with the request under way, the second in the middle of the passages; the third goes on there."""
    site = bureau.serve(hangs(), page(RULES.encode(), "text/markdown"))
    first, second, third = make_fleet([{}] * 3, GRAPHAPP_HTTP_ALLOW=place_of(site))
    base = services.base_create(actor=bench.actor, name="Rules")
    document = services.document_add_url(base=base, actor=bench.actor, url=f"http://{place_of(site)}/rules.md")

    first.start()
    wait_until(lambda: len(site.requests) == 1)
    first.kill9()
    assert at(document, "reading")

    second.start()
    wait_until(lambda: at(document, "embedding", done=16), what="the second worker has fetched it again")
    second.kill9()
    assert at(document, "embedding")
    done, total = document.passages_done, document.passages_total
    embedded = document.passages.filter(embedding__isnull=False)
    assert 16 <= done == embedded.count() < total == SECTIONS
    assert document.live_generation == 0, "nothing is searched before all of it is there"
    embedded.update(embedding=MARK)

    third.start()
    wait_until(lambda: at(document, "ready"), what="the third worker goes on")
    assert (document.passages_done, document.passages_total, document.fault, document.notes) == (total, total, None, [])
    assert (document.lease, document.live_generation, document.generation) == (None, 1, 1)
    positions = Counter(document.passages.values_list("position", flat=True))
    assert positions == Counter(range(SECTIONS))
    assert not document.passages.filter(embedding__isnull=True).exists()
    marked = document.passages.filter(embedding=MARK).values_list("position", flat=True)
    assert sorted(marked) == list(range(done)), "what was done is not done again"
    assert len(site.requests) == 2
