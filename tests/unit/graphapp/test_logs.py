"""Log lines say what they are about and never hold a secret."""

import json
import logging

import pytest

from graphapp.logs import JsonFormatter, LineFormatter, mask


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer gk_abcdefghijklmnop", "gk_abcdefghijklmnop"),
        ('{"api_key": "abc123def456"}', "abc123def456"),
        ("password=hunter22 next", "hunter22"),
        ("redis://user:hunter22@host/0", "hunter22"),
        ("the key sk-abcdefghij0123456789 leaked", "sk-abcdefghij0123456789"),
        ("X-Api-Key: 0123456789", "0123456789"),
        ("gk_EMDZk-KRqusE3UJ88HkaWHccVkJNuYoh in a sentence", "gk_EMDZk"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_wholly(text: str, secret: str) -> None:
    assert secret not in mask(text)
    assert "[hidden]" in mask(text)


@pytest.mark.parametrize("text", ["Run 0f3a of Greeting ended.", "http://127.0.0.1:8000/runs/1", "3 tokens used"])
def test_plain_sentences_stay_as_they_are(text: str) -> None:
    assert mask(text) == text


def record(message: str) -> logging.LogRecord:
    entry = logging.LogRecord("runs", logging.INFO, __file__, 1, message, (), None)
    entry.run, entry.node, entry.attempt = "r1", "llm", 2
    return entry


def test_an_entry_says_which_run_node_and_attempt_it_is_about() -> None:
    assert LineFormatter("%(message)s").format(record("Retried.")) == "Retried. [run=r1 node=llm attempt=2]"
    entry = json.loads(JsonFormatter().format(record("token=abcdefgh")))
    assert (entry["run"], entry["node"], entry["attempt"], entry["message"]) == ("r1", "llm", "2", "token=[hidden]")
