"""The workflows that a new installation starts with, and those that a new workflow can be made from."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from editor.samples.kits import LAMP_SHOP, Kit


@dataclass(frozen=True, slots=True)
class Sample:
    """One shipped workflow. `key` names its file, and never changes: it is how a deleted sample stays deleted."""

    key: str
    name: str
    description: str
    kits: tuple[Kit, ...] = ()
    """The knowledge that it brings along."""

    def read(self) -> Any:
        """Read its document from the file beside this one."""
        return json.loads(Path(__file__).with_name(f"{self.key}.json").read_text(encoding="utf-8"))


SAMPLES = (
    Sample(
        key="support_triage",
        name="Support triage",
        description="Sorts a customer's question with a small local model, looks up what the team needs, and writes the ticket.",
    ),
)
"""What a new installation starts with."""

TEMPLATES = (
    Sample(
        key="answer_a_customer",
        name="Answer a customer",
        description="Sorts a message, looks things up in parallel, drafts until it is good, and asks a person if it is not.",
        kits=(LAMP_SHOP,),
    ),
    Sample(
        key="answer_from_documents",
        name="Answers from documents",
        description="Looks a question up in a knowledge base, and answers with citations that open what they cite.",
        kits=(LAMP_SHOP,),
    ),
    Sample(
        key="drafting_chain",
        name="Drafting chain",
        description="One model plans, the next writes, a third shortens: each sees what the ones before it made.",
    ),
    Sample(
        key="document_review",
        name="Document review in parallel",
        description="Three reviewers read the same text at once; their notes are joined, and any concern sends the text back.",
    ),
    Sample(
        key="rule_or_model",
        name="Route by rule or by model",
        description="Rules decide what they can, a model the rest with a reason and a confidence, and a person what is unsure.",
    ),
    Sample(
        key="many_rows",
        name="Many rows of a CSV",
        description="Works on several rows at the same time, keeps their order, and collects the errors of those that fail.",
    ),
    Sample(
        key="revise_until_good",
        name="Revise until it is good",
        description="A model writes, a judge scores, and the next turn sees what was wrong; the best turn is kept.",
    ),
    Sample(
        key="manager_and_specialists",
        name="A manager and its specialists",
        description="An agent asks a service, code and other agents before it decides; every turn and call can be read.",
    ),
    Sample(
        key="ask_a_person",
        name="Ask a person first",
        description="A model drafts, a person changes and sends it; if nobody answers in time, somebody else decides.",
    ),
    Sample(
        key="when_something_breaks",
        name="When something breaks",
        description="Retries a service that is down, replaces a model that is missing, and asks a person when nothing helps.",
    ),
)
"""What a new workflow can be made from. None needs a key."""
