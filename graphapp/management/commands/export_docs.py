"""Writes docs/nodes.md from the catalogue, so that the page and the product cannot disagree."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from editor.catalogue import get_catalogue

PAGE = Path(settings.BASE_DIR) / "docs" / "nodes.md"
HEAD = """# Node types

Generated from the catalogue by `make contracts`; do not edit. What every node shares (policy, join, expressions) is in
[semantics.md](semantics.md).
"""
EFFECTS = {
    "pure": "computes only",
    "idempotent": "may be repeated safely",
    "unsafe": "reaches outside; may not be repeatable",
}


class Command(BaseCommand):
    """The page is committed; `--check` says whether it is still true."""

    help = "Writes docs/nodes.md from the catalogue."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer the check."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the page differs")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Write the page, or compare."""
        text = nodes_page(get_catalogue().as_contract())
        if check:
            if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
                raise CommandError("docs/nodes.md is not up to date. Run make contracts.")
            return
        PAGE.write_text(text, encoding="utf-8")
        self.stdout.write(str(PAGE))


def nodes_page(contract: Mapping[str, Any]) -> str:
    """Write the page for a catalogue's contract."""
    parts = [HEAD]
    for category in contract["categories"]:
        members = [node for node in contract["node_types"] if node["category"] == category["name"]]
        if members:
            parts.append(f"## {category['title']}\n")
            parts.extend("\n".join(node_section(node)) for node in members)
    return "\n".join(parts)


def node_section(node: Mapping[str, Any]) -> Iterator[str]:
    """Write one node type."""
    yield f"### {node['title']} (`{node['name']}`)\n"
    yield f"{node['help']}\n"
    facts = [f"Version {node['version']}"]
    if node["executable"]:
        effect = node["effect"]
        facts.append(EFFECTS.get(effect, effect))
    if node["default_retry"]:
        facts.append(f"retried up to {node['default_retry'].get('max_attempts', '?')} times by default")
    if node["default_timeout_seconds"]:
        facts.append(f"ends after {node['default_timeout_seconds']:g} s by default")
    yield f"{'; '.join(facts)}.\n"
    yield from ports("Takes", node["inputs"])
    yield from ports("Gives", node["outputs"])
    yield from params(node["params_schema"])


def ports(word: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write input or output ports in one line."""
    if entries:
        yield f"{word}: {', '.join(port(entry) for entry in entries)}.\n"


def port(entry: Mapping[str, Any]) -> str:
    """Write one port."""
    if "from_param" in entry:
        return f"one port for each entry of `{entry['from_param']}`"
    more = [entry["type"], *(["required"] if entry.get("required") else [])]
    return f"`{entry['name']}` ({', '.join(more)})"


def params(schema: Mapping[str, Any]) -> Iterator[str]:
    """Write the params as a table."""
    properties = schema.get("properties", {})
    if not properties:
        return
    yield "| param | meaning | default |\n|---|---|---|"
    required = set(schema.get("required", ()))
    for name, entry in properties.items():
        default = "required" if name in required else f"`{json.dumps(entry.get('default'), ensure_ascii=False)}`"
        yield f"| `{name}` | {cell(entry.get('description') or entry.get('title') or '')} | {cell(default)} |"
    yield ""


def cell(text: str) -> str:
    """Keep a text within its cell."""
    return " ".join(text.split()).replace("|", "\\|")
