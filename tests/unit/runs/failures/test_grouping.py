"""Fifty failures as they were recorded, of twelve kinds in three workflows, and the groups that a person would put them in."""

from runs.failures.fingerprint import fingerprint

RECORDED = (
    # group, workflow, node run, code, message
    ("rate limit of the answer", "support", "answer", "rate_limit", "The provider of openai/gpt-4o takes no more calls for now."),
    ("rate limit of the answer", "support", "answer", "rate_limit", "The provider of openai/gpt-4o takes no more calls for now."),
    ("rate limit of the answer", "support", "answer", "rate_limit",
     "The provider of openai/gpt-4o takes no  more calls for now."),
    ("rate limit in the orders", "orders", "answer", "rate_limit", "The provider of openai/gpt-4o takes no more calls for now."),
    ("rate limit in the orders", "orders", "answer", "rate_limit", "The provider of openai/gpt-4o takes no more calls for now."),
    ("key refused", "support", "answer", "auth", "The provider of openai/gpt-4o did not accept the key."),
    ("key refused", "support", "answer", "auth", "The provider of openai/gpt-4o did not accept the key."),
    ("key missing", "support", "answer", "auth", "There is no key for the provider mistral."),
    ("model silent", "support", "answer", "timeout", "The provider of openai/gpt-4o sent nothing for 30 s."),
    ("model silent", "support", "answer", "timeout", "The provider of openai/gpt-4o sent nothing for 45.5 s."),
    ("items too slow", "orders", "each#0/fetch", "timeout", "The node did not finish within 10 s."),
    ("items too slow", "orders", "each#17/fetch", "timeout", "The node did not finish within 10 s."),
    ("items too slow", "orders", "each~2#999/fetch", "timeout", "The node did not finish within 12 s."),
    ("another node too slow", "orders", "each#17/store", "timeout", "The node did not finish within 10 s."),
    ("address is gone", "orders", "fetch", "http_status", "The address answered with status 404."),
    ("address is gone", "orders", "fetch", "http_status", "The address answered with status 404."),
    ("address has a fault", "orders", "fetch", "http_status", "The address answered with status 500."),
    ("address is being restarted", "orders", "fetch", "http_status", "The address answered with status 503."),
    ("address is being restarted", "orders", "fetch", "http_status", "The address answered with status 503."),
    ("private address", "orders", "fetch", "address_refused",
     "The request to 10.0.0.7 was not sent: it leads to an address that is not public."),
    ("private address", "orders", "fetch", "address_refused",
     "The request to 10.0.0.12 was not sent: it leads to an address that is not public."),
    ("no address", "orders", "fetch", "address_refused", "The request to 10.0.0.7 was not sent: port 25 belongs to others."),
    ("connection lost", "orders", "fetch", "transient",
     "The connection to https://api.example.org/v2/orders/4711?token=abc was closed at 2026-11-28T23:59:01Z."),
    ("connection lost", "orders", "fetch", "transient",
     "The connection to https://api.example.org/v2/orders/a9b8?token=x was closed at 2026-11-29 00:01:59.125+01:00."),
    ("connection lost", "orders", "fetch", "transient",
     "The connection to https://API.example.org/v2/orders/1 was closed at 2026-11-29T00:02:00Z."),
    ("another connection lost", "orders", "fetch", "transient",
     "The connection to https://other.example.org/v2/orders/1 was closed at 2026-11-29T00:02:00Z."),
    ("missing key in the code", "report", "shape", "code_error", "The code failed in line 12: KeyError: 'total_of_4711'."),
    ("missing key in the code", "report", "shape", "code_error", "The code failed in line 12: KeyError: 'total_of_4712'."),
    ("missing key in the code", "report", "shape", "code_error", "The code failed in line 14: KeyError: \"customer\"."),
    ("wrong type in the code", "report", "shape", "code_error", "The code failed in line 12: TypeError: int is not iterable."),
    ("file of the code", "report", "shape", "code_error", "The code failed: no file /data/in/2026/a.csv or ./b.csv."),
    ("file of the code", "report", "shape", "code_error", "The code failed: no file /data/in/2025/z9.csv or ./other.csv."),
    ("order unknown", "orders", "find", "bad_input", "There is no order 7c9e6679-7425-40de-944b-e07fc1f90ae7."),
    ("order unknown", "orders", "find", "bad_input", "There is no order 16fd2706-8baf-433b-82eb-8c7fada847da."),
    ("order unknown", "orders", "find", "bad_input", "There is no order 16FD2706-8BAF-433B-82EB-8C7FADA847DA."),
    ("number expected", "orders", "find", "bad_input", "“twelve” is not a number."),
    ("number expected", "orders", "find", "bad_input", "“12a” is not a number."),
    ("expression without a value", "support", "write", "expression_error", "The expression has no value: start has no 'name'."),
    ("expression without a value", "support", "write", "expression_error", "The expression has no value: start has no 'mail'."),
    ("schema not met", "support", "extract", "invalid_output",
     "The answer of local/smollm2 does not match the schema. 'amount' is 12, not text."),
    ("schema not met", "support", "extract", "invalid_output",
     "The answer of local/smollm2 does not match the schema. 'price' is 3.5, not text."),
    ("budget", "support", "answer", "budget", "The call may cost $0.12, and $0.03 of $5.00 are left."),
    ("budget", "support", "answer", "budget", "The call may cost $1.02, and $0.99 of $5.00 are left."),
    ("takes workers down", "report", "big", "poison", "The worker was lost 3 times while this node was running."),
    ("takes workers down", "report", "big", "poison", "The worker was lost 4 times while this node was running."),
    ("uncertain", "orders", "pay", "uncertain", "The worker was lost while this node was running."),
    ("bug", "report", "shape", "bug", "The node's work failed unexpectedly (ValueError, reference 8f3a11bc90de)."),
    ("bug", "report", "shape", "bug", "The node's work failed unexpectedly (ValueError, reference 00aa11bb22cc)."),
    ("another bug", "report", "shape", "bug", "The node's work failed unexpectedly (KeyError, reference 00aa11bb22cc)."),
    ("run too long", "report", "", "run_timeout", "The run took longer than its limit of 600 s."),
)  # fmt: skip


def test_fifty_recorded_failures_of_twelve_kinds_fall_into_the_groups_that_a_person_would_make() -> None:
    groups: dict[str, set[str]] = {}
    for expected, workflow, node, code, message in RECORDED:
        groups.setdefault(fingerprint(workflow, node, code, message), set()).add(expected)
    assert len(RECORDED) == 50
    assert len({code for _, _, _, code, _ in RECORDED}) >= 12
    assert all(len(expected) == 1 for expected in groups.values()), [sorted(names) for names in groups.values() if len(names) > 1]
    assert len(groups) == len({expected for expected, *_ in RECORDED})


def test_what_is_typed_by_people_breaks_no_fingerprint() -> None:
    for message in ("", "\0", "\ud800", "'" * 5000, "/" * 5000, "a1" * 3000, "http://" * 800, "“" * 3000, "#~" * 900):
        assert len(fingerprint("w", message, "code", message)) == 32
