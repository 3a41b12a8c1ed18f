"""The exported contracts: what is written is what the front end is generated from."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_the_contracts_are_written_and_then_fresh(tmp_path: Path) -> None:
    call_command("export_contracts", to=tmp_path)
    call_command("export_contracts", to=tmp_path, check=True)
    api = json.loads((tmp_path / "openapi.json").read_text())
    document = json.loads((tmp_path / "document.schema.json").read_text())
    assert "/api/v1/workflows/{workflow_id}/draft" in api["paths"]
    assert {"schema", "nodes", "edges", "settings", "annotations"} <= set(document["properties"])
    socket = json.loads((tmp_path / "socket.schema.json").read_text())
    assert set(socket["properties"]["server"]["discriminator"]["mapping"]) == {"events", "snapshot", "delta", "part", "heartbeat"}
    assert socket["properties"]["client"]["$ref"].split("/")[-1] in socket["$defs"]


def test_a_stale_contract_is_named(tmp_path: Path) -> None:
    call_command("export_contracts", to=tmp_path)
    (tmp_path / "openapi.json").write_text("{}")
    with pytest.raises(CommandError, match=r"openapi\.json"):
        call_command("export_contracts", to=tmp_path, check=True)
    assert (tmp_path / "openapi.json").read_text() == "{}"


def test_every_route_documents_its_refusals(tmp_path: Path) -> None:
    call_command("export_contracts", to=tmp_path)
    api = json.loads((tmp_path / "openapi.json").read_text())
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            assert {"401", "403"} <= set(operation["responses"]), f"{method} {path}"
            assert operation.get("description"), f"{method} {path}"
