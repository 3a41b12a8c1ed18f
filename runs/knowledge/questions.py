"""Answers searches that people try out in a knowledge base. A worker does, because models live in workers only."""

import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from django.utils import timezone

from editor.graph.context import KnowledgeQuery
from editor.graph.faults import NodeFailure
from editor.knowledge.models import KnowledgeQuestion
from runs.knowledge.service import StoredKnowledge, asked_of

logger = logging.getLogger(__name__)

KEEP = timedelta(hours=1)
TAKEN_SECONDS = 30
"""A question whose worker died is taken again after this."""

OPEN = {"answer__isnull": True, "fault__isnull": True}

OnLoop = Callable[[Coroutine[Any, Any, dict[str, Any]]], dict[str, Any]]


def answer_question(question_id: str, knowledge: StoredKnowledge, on_loop: OnLoop) -> None:
    """Answer one question, unless somebody does already."""
    now = timezone.now()
    open_ones = KnowledgeQuestion.objects.filter(pk=question_id, **OPEN)
    free = open_ones.filter(taken_at=None) | open_ones.filter(taken_at__lt=now - timedelta(seconds=TAKEN_SECONDS))
    if not free.update(taken_at=now):
        return
    question = KnowledgeQuestion.objects.select_related("base").filter(pk=question_id).first()
    if question is None:
        return
    try:
        query = KnowledgeQuery(base=str(question.base_id), **question.asked)
        answer = on_loop(knowledge.find(asked_of(question.base, query), query))
    except NodeFailure as failure:
        KnowledgeQuestion.objects.filter(pk=question_id).update(fault=failure.fault.to_json())
    else:
        KnowledgeQuestion.objects.filter(pk=question_id).update(answer=answer)


def open_questions() -> list[str]:
    """List questions that no message brought: those a moment old that nobody took, and those of dead workers."""
    now = timezone.now()
    waiting = KnowledgeQuestion.objects.filter(**OPEN, created_at__gt=now - KEEP)
    due = waiting.filter(taken_at=None, created_at__lt=now - timedelta(seconds=1))
    lost = waiting.filter(taken_at__lt=now - timedelta(seconds=TAKEN_SECONDS))
    return [str(pk) for pk in (due | lost).values_list("pk", flat=True)[:20]]


def forget_questions() -> int:
    """Delete old questions."""
    deleted, _ = KnowledgeQuestion.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
    return deleted
