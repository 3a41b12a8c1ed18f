"""Trying a credential out: one short call of a model and its provider's list of models, made where runs make theirs."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from editor.credential_services import credential_tested
from editor.families import FAMILIES, Family
from editor.graph.context import Account, HttpRequest, LlmRequest
from editor.graph.faults import Fault, NodeFailure
from editor.models import Credential
from runs.accounts import hidden
from runs.context import Services
from runs.journal.connection import release
from runs.stored_accounts import account_of

if TYPE_CHECKING:
    from runs.process import Process

SECONDS = 45.0
LIST_SECONDS = 15.0
MOST_MODELS = 500
LONGEST_ANSWER = 200
QUESTION = "Answer with the one word: ok"


def test_in(process: "Process", credential_id: str, model: str, stamp: str) -> None:
    """Test on the loop of a worker's process, and keep the result with the credential."""
    try:
        row = Credential.objects.filter(pk=credential_id).first()
        if row is None or row.test is None or row.test.get("stamp") != stamp:
            return  # deleted, changed, or tested again meanwhile
        work = asyncio.run_coroutine_threadsafe(try_out(process.executor.services, row, model), process.loop)
        credential_tested(credential_id, stamp, work.result(SECONDS + 10))
    finally:
        release()


async def try_out(services: Services, row: Credential, model: str) -> dict[str, Any]:
    """Ask for the list of models, then one model. Every failure is a result."""
    found: dict[str, Any] = {"status": "failed", "at": timezone.now().isoformat(), "model": model, "models": []}
    try:
        async with asyncio.timeout(SECONDS):
            account, family = account_of(row), FAMILIES[row.provider]
            found["models"] = await _listed(services, account, family)
            found["model"] = chosen = model or _likely(family, row.settings, found["models"])
            began = time.monotonic()
            request = LlmRequest(f"{row.name}/{chosen}", [{"role": "user", "content": QUESTION}], max_tokens=16, account=account)
            reply = await services.llm.complete(request, lambda text: None)
            answer = reply.text[:LONGEST_ANSWER]
            found |= {"status": "ok", "answer": answer, "seconds": round(time.monotonic() - began, 3)}
    except NodeFailure as failure:
        found["error"] = hidden(failure.fault).to_json()
    except TimeoutError:
        fault = Fault("timeout", f"The provider did not answer within {SECONDS:g} s.", "Check its address, or try again later.")
        found["error"] = fault.to_json()
    return found


def _likely(family: Family, settings: Mapping[str, str], models: list[str]) -> str:
    """Choose a model to try: the usual cheap one where there is no list or it is on it, else the first one."""
    usual = settings.get("deployment") or family.test_model
    chosen = usual if usual and (not models or usual in models) else (models[0] if models else "")
    if not chosen:
        raise NodeFailure(Fault("model_unknown", "There is no list of models to choose from.", "Name a model to test."))
    return chosen


async def _listed(services: Services, account: Account, family: Family) -> list[str]:
    """Ask for the models, where the protocol has a list. What stands in its way stands in the way of the call as well."""
    base = (account.settings.get("base_url") or family.base).rstrip("/")
    match family.protocol:
        case "openai":
            url, headers = f"{base}/models", {"authorization": f"Bearer {account.key or 'none'}"}
        case "anthropic":
            url, headers = f"{base}/v1/models?limit=1000", {"x-api-key": account.key, "anthropic-version": "2023-06-01"}
        case "gemini":
            url, headers = f"{base}/models?pageSize=1000", {"x-goog-api-key": account.key}
        case _:
            return []
    try:
        reply = await services.http.send(HttpRequest("GET", url, headers, timeout_seconds=LIST_SECONDS))
    except NodeFailure as failure:
        if failure.fault.code == "address_refused":
            raise
        return []
    return names_in(reply.content) if reply.status == 200 else []


def names_in(content: bytes) -> list[str]:
    """Read the names of models from an answer of any of the protocols; of anything else nothing.

    >>> names_in(b'{"data": [{"id": "gpt-4o"}]}'), names_in(b'{"models": [{"name": "models/gemini"}]}'), names_in(b"<html>")
    (['gpt-4o'], ['gemini'], [])
    """
    try:
        answer = json.loads(content)
    except ValueError:
        return []
    entries = (answer.get("data") or answer.get("models")) if isinstance(answer, dict) else None
    named = [one.get("id") or one.get("name") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return [str(name).removeprefix("models/")[:200] for name in named if isinstance(name, str) and name][:MOST_MODELS]
