"""What can be set is explained, what is generated is fresh."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from editor.catalogue import get_catalogue

ROOT = Path(__file__).parents[2]
READ = re.compile(r'\b(?:env_\w+|secret)\(\s*"([A-Z][A-Z0-9_]+)"')
NOT_FOR_USERS = {"NODE_CATALOGUE", "RUN_EXECUTOR"}
"""Seams for developers: explained, but not offered in the example file."""


def settings_read() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "graphapp").rglob("*.py"):
        found |= set(READ.findall(path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("name", sorted(settings_read()))
def test_a_setting_is_explained_and_offered(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), f"explain {name} in docs/operations.md"
    if name not in NOT_FOR_USERS:
        assert re.search(rf"^#?\s*{name}=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE), f"offer {name}"


def test_only_settings_that_exist_are_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page, re.MULTILINE))
    assert explained <= settings_read(), f"gone: {explained - settings_read()}"


def test_the_page_of_node_types_is_fresh() -> None:
    call_command("export_docs", check=True)


def test_every_node_type_explains_itself_and_its_params() -> None:
    for node in get_catalogue().as_contract()["node_types"]:
        assert node["help"], node["name"]
        for name, entry in node["params_schema"].get("properties", {}).items():
            assert entry.get("description") or entry.get("title"), f"{node['name']}.{name}"


def test_the_contracts_of_the_front_end_are_fresh() -> None:
    assert settings.GRAPHAPP_API
    call_command("export_contracts", check=True)
