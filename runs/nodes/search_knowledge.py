"""Finds passages of a knowledge base, with where they stand."""

from collections.abc import Mapping
from typing import Any, ClassVar

from editor.graph.context import KnowledgeQuery, NodeContext, SearchMode
from editor.graph.nodetype import Effect, NodeResult, NodeType, Params, Port
from runs.nodes.fields import IN, AsText, param


class SearchKnowledgeParams(Params):
    """Where to look, for what, and how much to give."""

    base: str = param(
        ...,
        kind="knowledge",
        title="Knowledge base",
        help="Whoever starts the run must be able to read it.",
        min_length=1,
        max_length=200,
    )
    query: AsText = param(
        "{{ input }}", kind="long_template", title="Query", rows=2,
        help="A question or a few words, as a person would ask.", placeholder="{{ start.question }}",
    )  # fmt: skip
    top_k: int = param(5, kind="template", title="Passages", help="How many passages to give at most.", ge=1, le=50)
    mode: SearchMode = param(
        "hybrid", kind="template", title="Look by",
        help="vector: by meaning. text: by words. hybrid: by both, which finds most.",
    )  # fmt: skip
    min_score: float = param(
        0.0, kind="template", title="Lowest score", advanced=True, ge=0, le=1,
        help="Passages below are left out. Scores of the three modes cannot be compared: try them out in the knowledge base.",
    )  # fmt: skip
    documents: list[AsText] = param(
        [], kind="template", title="Only these documents", advanced=True, help="Names of documents. Empty: all of them."
    )


class SearchKnowledge(NodeType):
    """One search, and the passages it found."""

    name = "search_knowledge"
    title = "Search knowledge"
    help = "Finds the passages of your documents that fit a question, with citations."
    category = "ai"
    icon = "book-open"
    effect = Effect.IDEMPOTENT
    params = SearchKnowledgeParams
    tool = True
    inputs = (IN,)
    outputs = (Port("out", "object", "Passages"),)
    summary = "{query}"
    default_timeout_seconds = 60.0
    default_retry: ClassVar[Mapping[str, Any]] = {"max_attempts": 4, "backoff_seconds": 2.0, "backoff_factor": 2.0}

    async def run(self, ctx: NodeContext, params: SearchKnowledgeParams, inputs: Mapping[str, Any]) -> NodeResult:
        """Search, and say in the log what was left out."""
        query = KnowledgeQuery(
            params.base, params.query, params.top_k, params.mode, params.min_score, tuple(params.documents)
        )  # fmt: skip
        found = await ctx.knowledge.search(query)
        for note in found.get("notes", ()):
            ctx.log(str(note), "warning")
        passages = found["passages"]
        best = passages[0]["score"] if passages else None
        return NodeResult(dict(found), details={"passages": len(passages), "best_score": best, "mode": params.mode})
