"""The node types that come with the product. Adding one edits `BUILT_IN` and nothing else here."""

from functools import lru_cache

from editor.graph.catalogue import Catalogue
from editor.graph.nodetype import NodeType
from runs.nodes.agent import Agent
from runs.nodes.ai_router import AiRouter
from runs.nodes.approval import Approval
from runs.nodes.code import Code
from runs.nodes.evaluate import Evaluate
from runs.nodes.exit import Exit
from runs.nodes.fail import Fail
from runs.nodes.frame import Frame
from runs.nodes.http_request import HttpRequestType
from runs.nodes.llm import Llm
from runs.nodes.loop import Loop
from runs.nodes.map import Map
from runs.nodes.merge import Merge
from runs.nodes.note import Note
from runs.nodes.output import Output
from runs.nodes.router import Router
from runs.nodes.run_workflow import RunWorkflow
from runs.nodes.search_knowledge import SearchKnowledge
from runs.nodes.set import Set
from runs.nodes.start import Start
from runs.nodes.template import Template
from runs.nodes.wait import Wait
from runs.nodes.webhook_wait import WebhookWait

BUILT_IN: tuple[NodeType, ...] = (
    Start(),
    Output(),
    Llm(),
    Agent(),
    AiRouter(),
    Evaluate(),
    Router(),
    Merge(),
    Loop(),
    Exit(),
    Map(),
    RunWorkflow(),
    Wait(),
    Approval(),
    WebhookWait(),
    Fail(),
    Set(),
    Template(),
    Code(),
    HttpRequestType(),
    SearchKnowledge(),
    Note(),
    Frame(),
)
"""In palette order."""


@lru_cache(maxsize=1)
def builtin_catalogue() -> Catalogue:
    """The catalogue of these types, made once in a process."""
    return Catalogue(BUILT_IN)
