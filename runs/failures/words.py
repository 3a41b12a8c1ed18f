"""What each fault code means in plain words, and what usually helps. A code that people chose themselves has the common words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """A fault code for people: what happened, and what usually helps."""

    title: str
    why: str
    fix: str


OTHER = Words(
    "The workflow ended this run itself",
    "A node of this workflow gave up with a code of its own.",
    "The message says why. Look at the node that failed and at what came to it.",
)

_ROWS: tuple[tuple[str, str, str, str], ...] = (
    # Models and their providers
    ("auth", "The key was not accepted", "The provider refused the key, or there is none for it.",
     "Replace the key under Models, then resume: nothing that is done is paid for again."),
    ("rate_limit", "Too many calls", "The other side takes no more calls for now, and all attempts met the same limit.",
     "Resume later, raise the retries in the node's policy, name a fallback model, or ask the provider for a higher limit."),
    ("timeout", "No answer in time", "The work took longer than its time limit, at every attempt.",
     "Resume if it was a passing slowness. Else raise the time limit of the node, or make its work smaller."),
    ("transient", "The other side was down", "The service failed or the connection broke, at every attempt.",
     "Resume once the service is back. More retries in the node's policy, or a fallback model, ride out the next time."),
    ("provider_malformed", "The provider's answer is none", "What came back is not an answer of a model.",
     "Check the address of the provider under Models: another service may answer there."),
    ("bad_request", "The provider refused the request", "Something in the request does not fit the model.",
     "Read the provider's words in the message and correct the node's parameters."),
    ("model_unknown", "There is no such model", "The name of the model leads nowhere.",
     "Correct the name in the node, or add its provider under Models."),
    ("context_too_long", "The prompt is too long", "The prompt holds more than the model can read.",
     "Shorten what the prompt takes in, or choose a model with a longer context."),
    ("content_refused", "The provider refused the content", "The provider's rules did not let the prompt or the answer pass.",
     "Change the prompt, or name a fallback model of another provider."),
    ("invalid_output", "The answer does not fit", "The output is not what the node or its schema calls for, after all attempts.",
     "Loosen the schema, give an example in the prompt, or choose a larger model."),
    ("embedding_failed", "No vectors could be made", "The embedding model did not answer as it should.",
     "Check the embedding model of the knowledge base and its provider, then resume."),
    ("invalid_response", "The answer cannot be read", "The address answered something that is no valid response.",
     "Check that the address is right and that its service is well."),
    # Agents
    ("turn_limit", "The agent took too many turns", "It used up its turns without an answer.",
     "Look at the trace for turns that repeat. Describe the tools better, make the task smaller, or raise the limit."),
    ("tool_call_limit", "The agent called too many tools", "It used up its tool calls without an answer.",
     "Look at the trace for calls that repeat. Describe the tools better, or raise the limit."),
    ("time_limit", "The agent worked for too long", "It used up its time without an answer.",
     "Look at the timeline for the slow tool, make the task smaller, or raise the limit."),
    ("tool_arguments", "A tool was called wrongly", "The arguments that the model gave do not fit the tool.",
     "Describe the tool's arguments better, or choose a larger model."),
    ("tool_unknown", "There is no such tool", "The model asked for a tool that the agent does not have.",
     "Name the tools in the agent's instructions as they are connected."),
    ("tool_waits", "A tool would have to wait", "A node that waits for somebody was used where nobody can be waited for.",
     "Use the node in the flow, or an approval as the tool."),
    ("delegation_depth", "Agents asked one another too deeply", "More than eight levels of agents asked each other.",
     "Let fewer agents hand work on."),
    ("delegation_limit", "An agent was asked too often", "One agent was asked more than 25 times in one run.",
     "Give the asking agent clearer instructions when to stop."),
    ("answered", "A question ended without an answer", "The agent's question was closed before somebody answered.",
     "Resume, and answer the question in time."),
    # Data
    ("bad_input", "The input does not fit the node", "A value arrived that the node cannot work with.",
     "Look at what the node received. Correct the node before it, or edit the input and resume."),
    ("bad_params", "A parameter has a wrong value", "Filled in, a parameter was not of the form it must have.",
     "Open the node and look at the named parameter: the expression in it gave something unexpected."),
    ("param_invalid", "A parameter has a wrong value", "A parameter of the node is not of the form it must have.",
     "Open the node and correct the named parameter."),
    ("input_invalid", "The input does not fit the workflow", "The input lacks a field or has one of a wrong kind.",
     "Correct what starts the run, or the fields of the start node."),
    ("invalid_input", "The input does not fit", "What was handed over lacks a field or has one of a wrong kind.",
     "Correct what is handed over, or the fields that are asked for."),
    ("expression_error", "An expression has no value", "An expression in a parameter failed, often by a missing field.",
     "Open the parameter: the editor shows the value of each part with the data of this run. A default, as in “x or 0”, helps."),
    ("check_failed", "A check did not hold", "A check in the workflow said no.",
     "Look at the value that was checked. If the check is too strict, loosen it."),
    ("rejected", "Somebody said no", "A person rejected what they were asked about.",
     "Nothing is broken. Mark it as handled, or change what is asked."),
    ("output_too_large", "The output is too large", "A node gave more than can be kept.",
     "Keep only the fields that later nodes need."),
    ("response_too_large", "The answer is too large", "The address answered with more than is read.",
     "Ask for less: a page at a time, or fewer fields."),
    ("file_missing", "A file is not there", "A file that the run needs is gone.", "Upload it again and start anew."),
    # Code
    ("code_error", "The code failed", "The code of a node raised an error.",
     "The message names the line. Correct the code, then resume: what ran before is kept."),
    ("sandbox_limit", "The code reached a limit", "The code took more time or memory than it may.",
     "Make the work smaller, for example by a map, or write it more thriftily."),
    ("sandbox_unavailable", "Code cannot run here", "The sandbox of this installation does not work.",
     "Whoever runs the installation finds the reason in the worker's log."),
    # The outside world
    ("http_status", "The address answered with an error", "The other service refused the request or failed.",
     "The status and the beginning of the answer are in the failure. Correct the request, or resume when the service is well."),
    ("address_refused", "The request was not sent", "The address is private, unknown or malformed.",
     "Correct the address. Whoever runs the installation can open a private one in GRAPHAPP_HTTP_ALLOW."),
    ("credential_missing", "A credential is missing", "Whoever ran this has no credential of that name.",
     "Add it under Settings, or choose another one in the node, then resume."),
    ("credential_host", "A credential belongs elsewhere", "The credential is bound to other hosts than this address.",
     "Add the host to the credential, or correct the address."),
    # Knowledge
    ("knowledge_missing", "The knowledge base is not there", "It was deleted, or whoever ran this may not read it.",
     "Choose another one in the node, or have it shared."),
    ("knowledge_empty", "The knowledge base is empty", "There is nothing in it that could be searched yet.",
     "Add documents and wait until they are ready."),
    ("document_missing", "A document is gone", "The document was deleted while it was needed.", "Add it again."),
    ("document_too_large", "A document is too large", "The document holds more than is indexed.", "Split it into smaller ones."),
    # Workflows in workflows
    ("call_depth", "Workflows called one another too deeply", "More than eight workflows were at work inside one another.",
     "A workflow probably calls itself without an end: look at the condition that should stop it."),
    ("child_failed", "A called workflow failed", "The run that this one waited for failed.",
     "Open the called run: its own failure says why. Repair it there, then resume here."),
    ("child_cancelled", "A called workflow was stopped", "Somebody stopped the run that this one waited for.",
     "Resume if it should have gone on."),
    ("loop_limit", "The loop reached its limit", "The loop took as many turns as it may, and its condition never held.",
     "Look at the last turns: if they get closer, raise the limit; if not, the condition or the work is wrong."),
    ("graph_invalid", "The workflow has errors", "The graph cannot run as it is.", "Open the workflow: the errors are marked."),
    # Budgets and time
    ("budget", "The budget is used up", "The next call would have cost more than the run, the day or the month may.",
     "Raise the budget, name a cheaper model, or resume in the next period. What is paid for is kept."),
    ("run_timeout", "The run took too long", "The run reached the time limit of its workflow, with all its waiting.",
     "Raise the time limit in the workflow's settings, or make a slow node faster, then resume."),
    # Workers
    ("lost", "The worker was lost", "The process that worked on it died.", "Nothing to do: another worker tries again."),
    ("poison", "It takes workers down", "Workers died three times while this node was at work; it is probably the cause.",
     "Look at the node's input: it may need more memory than there is. Make the work smaller before it runs again."),
    ("uncertain", "It may or may not have happened", "The worker died while work was under way that must not happen twice.",
     "Look at the other side first. Then say in the run whether it has happened, or let it run again."),
    ("cancelled", "It was stopped", "Somebody or something stopped the work.", "Resume if it should have gone on."),
    ("storage_unavailable", "The storage does not answer", "A large value that the run needs could not be read.",
     "Check the storage of large values, then resume: what is done is kept."),
    ("bug", "Unexpected error", "The node failed in a way that nobody foresaw: a mistake in a node type or in the product.",
     "The worker's log has the details under the reference in the message. Resume after it is corrected."),
)  # fmt: skip

WORDS: Mapping[str, Words] = MappingProxyType({code: Words(title, why, fix) for code, title, why, fix in _ROWS})


def words_for(code: str) -> Words:
    """Give the words of a code.

    Examples
    --------
    >>> words_for("timeout").title
    'No answer in time'
    >>> words_for("out_of_stock") is OTHER
    True
    """
    return WORDS.get(code, OTHER)
