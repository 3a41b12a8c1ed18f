"""The editor's part of the HTTP API: `router` is mounted by the project."""

from ninja import Router

from editor.api import (
    credentials,
    documents,
    drafts,
    history,
    links,
    node_types,
    outgoing,
    portable,
    presence,
    shared,
    templates,
    triggers,
    versions,
    workflows,
)

router = Router()
for part in (
    workflows,
    drafts,
    versions,
    history,
    documents,
    templates,
    node_types,
    credentials,
    triggers,
    links,
    shared,
    presence,
    outgoing,
    portable,
):
    router.add_router("", part.router)
