"""The catalogue of node types."""

from django.http import HttpRequest
from ninja import Router

from editor.api.http import actor_of, refusals
from editor.api.schemas import CatalogueOut
from editor.catalogue import get_catalogue

router = Router(tags=["node types"])


@router.get("/node-types", response={200: CatalogueOut, **refusals()}, operation_id="node_type_list")
def node_type_list(request: HttpRequest) -> CatalogueOut:
    """List the node types with their ports, params and rules: what palette and inspector are made of."""
    actor_of(request)
    return CatalogueOut.model_validate(get_catalogue().as_contract())
