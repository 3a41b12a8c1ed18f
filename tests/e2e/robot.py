"""A server that speaks OpenAI's protocol and does as its prompt says, for agents in browser tests: the model ``robot/m``.

A prompt is JSON: ``turns`` lists what each turn asks for, pairs of a tool and its arguments; ``says`` is the answer after them.
Else ``by_model`` holds the answer of each model. The model ``robot/down`` takes no key.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}


def answer(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Say what comes next in a conversation, and why it ends there."""
    prompt = next(message["content"] for message in body["messages"] if message["role"] == "user")
    script: dict[str, Any] = json.loads(prompt)
    if "by_model" in script:
        return {"content": script["by_model"][body["model"]]}, "stop"
    taken = sum(message["role"] == "assistant" for message in body["messages"])
    if taken >= len(script["turns"]):
        return {"content": script["says"]}, "stop"
    calls = [
        {"index": n, "id": f"c{taken}_{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}
        for n, (name, args) in enumerate(script["turns"][taken])
    ]
    return {"content": f"Turn {taken + 1}.", "tool_calls": calls}, "tool_calls"


DESK = "robot/desk"
"""The model of the workflow that answers a customer: its script is below."""
DRAFTS = (
    "Dear acme, we are sorry. We look into it.",
    "Dear acme, we guarantee that you get it back within 3 working days.",
    "Dear acme, we look into it.",
)


def at_the_desk(body: dict[str, Any]) -> str:
    """Sort a message about money, draft three answers of which none is good, and judge them."""
    told = " ".join(str(message["content"]) for message in body["messages"])
    if "You choose the case" in told:
        return json.dumps({"reason": "It asks for money back, and threatens nobody.", "case": "draft", "confidence": 92})
    if "You judge a text" in told:
        score = 9 if DRAFTS[1] in told else 6 if DRAFTS[0] in told else 3
        return json.dumps({"c1": {"reason": "It is about the payment.", "score": score}})
    for name, value in (("priority", "high"), ("type", "billing")):
        if f'"{name}"' in told:
            return json.dumps({name: value})
    return DRAFTS[1 if "Accuracy:" in told else 2 if "Policy:" in told else 0]


class Robot(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_POST(self) -> None:
        """Stream the next answer."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if body["model"] == "down":
            self.send_error(401)
            return
        delta, reason = ({"content": at_the_desk(body)}, "stop") if body["model"] == "desk" else answer(body)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for choices, usage in (
            ([{"index": 0, "delta": delta, "finish_reason": None}], None),
            ([{"index": 0, "delta": {}, "finish_reason": reason}], None),
            ([], USAGE),
        ):
            event = {"id": "r", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, "usage": usage}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def robot() -> Iterator[dict[str, str]]:
    """Serve it, and give the settings that make it a provider."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {"GRAPHAPP_MODEL_BASES": f"robot=http://127.0.0.1:{server.server_address[1]}/v1", "ROBOT_API_KEY": "none"}
    finally:
        server.shutdown()
        server.server_close()
