"""Graph documents that belong to no workflow yet, or are being changed."""

from django.http import HttpRequest
from ninja import Router

from editor.api.http import actor_of, refusals
from editor.api.schemas import ProblemOut, WrapIn, WrapOut
from editor.catalogue import get_catalogue
from editor.graph.upgrade import dump_document
from editor.graph.validate import validate
from editor.graph.wrap import wrap_cycles
from editor.services import document_read

router = Router(tags=["documents"])


@router.post("/documents/wrap-cycles", response={200: WrapOut, **refusals(415, 422)}, operation_id="document_wrap_cycles")
def document_wrap_cycles(request: HttpRequest, payload: WrapIn) -> WrapOut:
    """Put a loop around every cycle that is entered at one node. Nothing is saved.

    Edges that leave a cycle become exits with ports of their own. Cycles that no loop can stand for stay, and are among the
    problems of the answer.
    """
    actor_of(request)
    document = wrap_cycles(document_read(payload.document), get_catalogue())
    problems = [ProblemOut.of(problem) for problem in validate(document, get_catalogue())]
    return WrapOut(document=dump_document(document), problems=problems)
