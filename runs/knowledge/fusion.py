"""Puts two rankings together by reciprocal rank: what both have near the top comes first."""

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

K = 60
"""How little the very first ranks stand out. 60 is what the method's authors found, and what most use."""


def fuse(*rankings: Sequence[Key]) -> list[tuple[Key, float]]:
    """Merge rankings, the best first, with scores between 0 and 1; 1 is the first of every ranking.

    >>> [key for key, _ in fuse(["a", "b", "c"], ["c", "a"])]
    ['a', 'c', 'b']
    >>> fuse(["a"], ["a"])
    [('a', 1.0)]
    """
    best = sum(1 / (K + 1) for ranking in rankings) or 1.0
    scores: dict[Key, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(unique(ranking), start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (K + rank)
    return sorted(((key, round(score / best, 6)) for key, score in scores.items()), key=lambda pair: -pair[1])


def unique(ranking: Iterable[Key]) -> list[Key]:
    """Keep the first of each key.

    >>> unique("abca")
    ['a', 'b', 'c']
    """
    return list(dict.fromkeys(ranking))
