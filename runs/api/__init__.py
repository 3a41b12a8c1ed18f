"""The runs' part of the HTTP API: `router` is mounted by the project."""

from ninja import Router

from runs.api import approvals, comparison, events, nodes, previews, runs

router = Router()
for part in (runs, nodes, comparison, previews, events, approvals):
    router.add_router("", part.router)
