"""What the node asks of knowledge bases, and what becomes of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from editor.graph.context import Knowledge, KnowledgeQuery
from editor.graph.faults import Fault, NodeFailure
from runs.nodes import builtin_catalogue
from runs.outcomes import Done, Failed, Outcome
from tests.unit.runs.nodes.world import RUN, Told, World, executor, failed, node, work

FOUND = {"passages": [{"text": "Ten days.", "score": 0.9, "citation": "a.pdf, page 2"}], "context": "[1] …", "notes": []}


@dataclass(slots=True)
class Books:
    """Knowledge bases that answer as a test says, and note for which run they were asked what."""

    answer: Mapping[str, Any] | Fault = field(default_factory=lambda: FOUND)
    asked: list[tuple[str, KnowledgeQuery]] = field(default_factory=list)
    run: str = ""

    def of_run(self, run_id: str) -> Knowledge:
        self.run = run_id
        return self

    async def search(self, query: KnowledgeQuery) -> Mapping[str, Any]:
        self.asked.append((self.run, query))
        if isinstance(self.answer, Fault):
            raise NodeFailure(self.answer)
        return self.answer


async def outcome(params: Mapping[str, Any], books: Books, told: Told | None = None) -> Outcome:
    """What one attempt comes to."""
    return await executor(World(), knowledge=books).run(work(node("search_knowledge", params), told))


async def test_the_query_is_filled_in_and_asked_for_this_run() -> None:
    books = Books()
    params = {"base": "b1", "query": "about {{ a.n }}", "top_k": "{{ a.n }}", "mode": "text", "documents": ["{{ input }}.pdf"]}
    done = await outcome(params, books)
    assert isinstance(done, Done), done
    assert books.asked == [(RUN.id, KnowledgeQuery("b1", "about 5", 5, "text", 0.0, ("came.pdf",)))]
    assert done.value == FOUND
    assert done.details == {"passages": 1, "best_score": 0.9, "mode": "text"}


async def test_what_came_in_is_looked_for_unless_something_else_is_said() -> None:
    books = Books()
    await outcome({"base": "b1"}, books)
    assert books.asked[0][1] == KnowledgeQuery("b1", "came", 5, "hybrid", 0.0, ())


async def test_what_was_left_out_is_logged() -> None:
    told = Told()
    await outcome({"base": "b1"}, Books({**FOUND, "passages": [], "notes": ["2 documents wait."]}), told)
    assert told.logs == [("warning", "2 documents wait.")]


async def test_a_refusal_is_the_nodes_fault() -> None:
    fault = Fault("knowledge_missing", "This knowledge base does not exist.")
    found = await outcome({"base": "b1"}, Books(fault))
    assert isinstance(found, Failed)
    assert found.fault == fault


async def test_without_an_installation_there_is_nothing_to_search() -> None:
    assert (await failed("search_knowledge", {"base": "b1"})).code == "knowledge_missing"


@pytest.mark.parametrize("wrong", [{"top_k": 0}, {"top_k": 51}, {"mode": "magic"}, {"min_score": 2}, {"base": ""}])
async def test_params_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    books = Books()
    assert isinstance(await outcome({"base": "b1", **wrong}, books), Failed)
    assert books.asked == []


def test_searching_twice_does_no_harm() -> None:
    kind = builtin_catalogue().latest("search_knowledge")
    assert kind is not None
    assert kind.effect_for({}) == "idempotent"
