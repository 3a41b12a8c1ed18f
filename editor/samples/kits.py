"""Knowledge that templates bring along: a few documents, written for them, which become a knowledge base of whoever opens one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("knowledge")
PREFIX = "kit:"
"""Begins what a template names in the place of the id of a knowledge base: ``kit:lamp_shop``."""


@dataclass(frozen=True, slots=True)
class Kit:
    """One knowledge base to be made. `key` names its folder, and never changes: it is how a base is known again."""

    key: str
    name: str
    description: str
    documents: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What stands in the document of a template until it is opened."""
        return PREFIX + self.key

    def read(self) -> Iterator[tuple[str, bytes]]:
        """Give each document's name and text."""
        for name in self.documents:
            yield name, (FOLDER / self.key / name).read_bytes()


LAMP_SHOP = Kit(
    key="lamp_shop",
    name="Handbook of a lamp shop",
    description="What a shop that was made up tells its customers about returns, deliveries and invoices.",
    documents=("returns-and-refunds.md", "deliveries.md", "invoices-and-payments.md"),
)
