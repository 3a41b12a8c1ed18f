"""The runs' part of the HTTP API: `router` is mounted by the project."""

from ninja import Router

from runs.api import (
    approvals,
    budgets,
    comparison,
    documents,
    events,
    failure_batches,
    failures,
    forecast,
    knowledge,
    logs,
    models,
    nodes,
    notifications,
    previews,
    runs,
    shared,
    spending,
    templates,
    triggers,
)

router = Router()
for part in (
    runs, nodes, comparison, previews, events, forecast, logs, approvals, budgets, spending, knowledge, documents, models,
    templates, triggers, shared, notifications, failures,
    failure_batches,
):  # fmt: skip
    router.add_router("", part.router)
