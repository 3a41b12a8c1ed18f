"""The runs' part of the HTTP API: `router` is mounted by the project."""

from ninja import Router

from runs.api import approvals, budgets, comparison, events, logs, nodes, previews, runs, spending

router = Router()
for part in (runs, nodes, comparison, previews, events, logs, approvals, budgets, spending):
    router.add_router("", part.router)
