"""Searches passages: by meaning (pgvector), by words (PostgreSQL's full text), or both, merged by their ranks.

Only what is live is searched: a document that is indexed anew is found as it was until the new passages are complete.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from editor.graph.context import KnowledgeQuery
from editor.knowledge.models import INDEXED_DIMENSIONS
from runs.knowledge.fusion import fuse

POOL = 50
"""How many of each ranking are merged."""

LIVE = """
FROM editor_passage p JOIN editor_document d ON d.id = p.document_id AND d.live_generation = p.generation
WHERE p.base_id = %(base)s AND (%(documents)s::uuid[] IS NULL OR d.id = ANY(%(documents)s::uuid[]))
"""
BY_WORDS = f"""
WITH asked AS (SELECT %(words)s::tsquery AS query)
SELECT p.id, ts_rank_cd(p.words, (SELECT query FROM asked), 33)::float8 AS score {LIVE}
AND p.words @@ (SELECT query FROM asked) ORDER BY score DESC, p.id LIMIT %(limit)s
"""  # noqa: S608 - fixed words
ANY_WORD = "SELECT string_agg(quote_literal(word), ' | ') FROM unnest(tsvector_to_array(to_tsvector('english', %s))) AS word"
"""A question as words of which any may occur: people ask in sentences, and no passage holds all their words."""

SHOWN = """
SELECT p.id, p.text, p.page, p.section, p.start, p."end", p.position, d.id, d.name, d.source_url
FROM editor_passage p JOIN editor_document d ON d.id = p.document_id WHERE p.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranking: ids of passages with their scores, the best first."""

    scores: Mapping[int, float]

    @property
    def order(self) -> list[int]:
        """The ids."""
        return list(self.scores)


NO_RANKING = Ranked({})


def search(
    base: uuid.UUID, query: KnowledgeQuery, *, model: str, vector: Sequence[float] | None, documents: Sequence[uuid.UUID] | None
) -> list[dict[str, Any]]:
    """Give passages with their scores. `vector` is the query's, by the base's model; None where only words are searched."""
    limit = max(POOL, query.top_k)
    by_meaning = NO_RANKING if vector is None else nearest(base, vector, model=model, documents=documents, limit=limit)
    by_words = NO_RANKING if query.mode == "vector" else with_words(base, query.query, documents=documents, limit=limit)
    merged = merge(query.mode, by_meaning, by_words)
    kept = [(passage, score) for passage, score in merged if score >= query.min_score][: query.top_k]
    return shown(kept, by_meaning, by_words)


def merge(mode: str, by_meaning: Ranked, by_words: Ranked) -> list[tuple[int, float]]:
    """Give the ranking of a mode, with its own scores: the likeness, how well words fit, or the merged ranks."""
    if mode == "vector":
        return list(by_meaning.scores.items())
    if mode == "text":
        return list(by_words.scores.items())
    return fuse(by_meaning.order, by_words.order)


def nearest(base: uuid.UUID, vector: Sequence[float], *, model: str, documents: Sequence[uuid.UUID] | None, limit: int) -> Ranked:
    """Rank by the likeness of meaning, from -1 to 1.

    An index holds vectors of one length; both must stand in the statement as they are for the planner to use it. The
    search goes on behind what the filter drops (iterative scan), so that a small base beside large ones is found whole.
    """
    length = len(vector)
    of_length = f"halfvec({int(length)})" if length in INDEXED_DIMENSIONS else "halfvec"
    distance = f"(p.embedding::{of_length}) <=> %(vector)s::{of_length}"
    statement = f"""
        SELECT p.id, (1 - ({distance}))::float8 {LIVE} AND d.live_model = %(model)s AND p.dimension = {int(length)}
        ORDER BY {distance} LIMIT %(limit)s
    """
    given: dict[str, Any] = {
        "vector": literal(vector),
        "model": model,
        "base": base,
        "documents": as_list(documents),
        "limit": limit,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
        cursor.execute("SET LOCAL hnsw.ef_search = 100")
        cursor.execute(statement, given)
        return Ranked({passage: round(score, 6) for passage, score in cursor.fetchall()})


def with_words(base: uuid.UUID, text: str, *, documents: Sequence[uuid.UUID] | None, limit: int) -> Ranked:
    """Rank by how well the words of a question occur, as their stems, from 0 to 1."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_WORD, [text])
        words = cursor.fetchone()[0]
        if not words:
            return NO_RANKING
        given: dict[str, Any] = {"words": words, "base": base, "documents": as_list(documents), "limit": limit}
        cursor.execute(BY_WORDS, given)
        return Ranked({passage: round(score, 6) for passage, score in cursor.fetchall()})


def shown(kept: Sequence[tuple[int, float]], by_meaning: Ranked, by_words: Ranked) -> list[dict[str, Any]]:
    """Give the passages themselves, with where each score comes from."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, [[passage for passage, _ in kept]])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    ranks = {"vector": _ranks(by_meaning), "text": _ranks(by_words)}
    out = []
    for passage, score in kept:
        if passage not in rows:
            continue  # indexed anew in between
        text, page, section, start, end, position, document, name, url = rows[passage]
        ranked = {
            "vector": _place(passage, by_meaning, ranks["vector"]),
            "text": _place(passage, by_words, ranks["text"]),
        }
        out.append(
            {
                "text": text,
                "score": score,
                "document": name,
                "document_id": str(document),
                "page": page,
                "section": section,
                "start": start,
                "end": end,
                "position": position,
                "source_url": url,
                "ranks": ranked,
            }
        )
    return out


def _ranks(ranked: Ranked) -> dict[int, int]:
    return {passage: rank for rank, passage in enumerate(ranked.order, start=1)}


def _place(passage: int, ranked: Ranked, ranks: Mapping[int, int]) -> dict[str, Any] | None:
    return {"rank": ranks[passage], "score": ranked.scores[passage]} if passage in ranks else None


def literal(vector: Sequence[float]) -> str:
    """Write a vector as PostgreSQL reads it."""
    return "[" + ",".join(f"{number:.7g}" for number in vector) + "]"


def as_list(documents: Sequence[uuid.UUID] | None) -> list[str] | None:
    """Give ids as PostgreSQL takes them."""
    return None if documents is None else [str(one) for one in documents]
