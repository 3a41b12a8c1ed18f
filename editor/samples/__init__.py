"""The workflows that a new installation starts with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """One shipped workflow. `key` names its file, and never changes: it is how a deleted sample stays deleted."""

    key: str
    name: str
    description: str

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
