"""What is wrong with a draft is kept beside it: checking is most of what opening a large graph would cost."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from editor.catalogue import get_catalogue
from editor.graph import validate
from editor.graph.problems import Problem
from editor.graph.upgrade import canonical_json, load_document
from editor.models import Workflow


def problems_of(workflow: Workflow, text: str) -> tuple[Problem, ...]:
    """Give the problems of a draft: those that were kept with it, or those of its JSON when the rules have changed since."""
    if workflow.draft_rules == current_rules() and workflow.draft_problems is not None:
        return tuple(Problem(**{**kept, "nodes": tuple(kept["nodes"])}) for kept in workflow.draft_problems)
    return validate.validate(load_document(json.loads(text)), get_catalogue())


def kept_with(problems: Iterable[Problem]) -> dict[str, Any]:
    """Give the columns that keep the problems beside the draft in which they were found."""
    return {"draft_problems": [problem.to_json() for problem in problems], "draft_rules": current_rules()}


@lru_cache(maxsize=1)
def current_rules() -> str:
    """Name the rules and the node types as they are: what was found by others counts for nothing."""
    sources = sorted(Path(validate.__file__).parent.glob("*.py"))
    rules = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    rules.update(canonical_json(get_catalogue().as_contract()))
    return rules.hexdigest()[:32]
