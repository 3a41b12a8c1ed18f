"""C30: what a body may set is a closed list. Owner, team, role, digests and counters are set by nobody from outside.

The browser's side, keys such as `__proto__`, is C09's and that of `src/document`.
"""

import json
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_issue
from tests.security.routes import Route, belongings, call, routes, rows

pytestmark = pytest.mark.django_db

WITH_BODY = [route for route in routes() if route.takes_body]


UNNAMED = {"body", "query", "path", "payload"}
"""What a refusal leaves out of the place of a field."""


@cache
def columns() -> set[str]:
    """Name every column of what people author, of what happened, and of people."""
    fields = [
        field
        for label in ("editor", "runs", "accounts")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
    ]
    return {name for field in fields for name in (field.name, field.attname)}


@cache
def described() -> Any:
    """Give the description of the API, which takes a moment to make."""
    return import_string(settings.GRAPHAPP_API).get_openapi_schema()


def settable(route: Route) -> set[str]:
    """Name what the description of a route lets a body set."""
    schema = described()
    body = schema["paths"][route.path][route.method]["requestBody"]["content"]["application/json"]["schema"]
    return set(schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]["properties"])


def test_no_body_sets_a_column_that_is_not_on_its_list(olga: User) -> None:
    ids = belongings(olga)
    before = rows()
    script = Client(headers={"authorization": f"Bearer {api_key_issue(user=olga, name='test')}"})
    for route in WITH_BODY:
        own, foreign = json.loads(route.body()), columns() - settable(route)
        assert {"owner_id", "made_by", "token_digest", "sealed_secret", "uses_credentials", "epoch"} <= foreign
        answer = call(script, route, ids, data=json.dumps({**own, **dict.fromkeys(foreign, 1)}))
        assert answer.status_code == 422, route
        assert len(answer.json()["error"]["data"]["fields"]) >= len(foreign - UNNAMED), route
    assert rows() == before


@pytest.mark.parametrize("name", ["made_by", "token_digest", "sealed_secret", "next_at", "owner", "workflow", "last_fired_at"])
def test_a_trigger_takes_no_column_of_its_own_in_its_body_or_its_settings(name: str, olga: User) -> None:
    ids = belongings(olga)
    before = rows()
    script = Client(headers={"authorization": f"Bearer {api_key_issue(user=olga, name='test')}"})
    path = f"/api/v1/workflows/{ids['workflow_id']}/triggers"
    for body in ({name: 1}, {"config": {name: 1}}):
        made = {"kind": "webhook", "name": "A", **body}
        assert script.post(path, json.dumps(made), content_type="application/json").status_code == 422
        assert script.patch(f"{path}/{ids['trigger_id']}", json.dumps(body), content_type="application/json").status_code == 422
    assert rows() == before
