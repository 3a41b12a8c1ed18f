"""Settings and the operator's environment become what nodes may do."""

import pytest
from django.test import override_settings

from runs.providers.addresses import allowed
from runs.wiring import make_executor, model_bases, provider_config


def test_keys_and_addresses_of_models_come_from_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k1")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("MY_LAB_API_KEY", "k2")
    with override_settings(GRAPHAPP_MODEL_BASES=["my-lab=http://10.0.0.5:8000/v1"], GRAPHAPP_HTTP_ALLOW=["10.0.0.0/8"]):
        config = provider_config()
    assert config.model_bases == {"openai": "http://127.0.0.1:9/v1", "my-lab": "http://10.0.0.5:8000/v1"}
    assert (config.model_keys["openai"], config.model_keys["my-lab"]) == ("k1", "k2")
    assert config.http_allow == ("10.0.0.0/8",)


@pytest.mark.parametrize("entry", ["http://x", "a b=http://x", "lab=x", "=http://x"])
def test_a_model_address_that_is_none_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="GRAPHAPP_MODEL_BASES"):
        model_bases([entry])


@pytest.mark.parametrize("entry", ["x", "http://x", "10.0.0.0/33", "host:port"])
def test_a_permitted_place_that_is_none_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        allowed((entry,))


async def test_services_start_nothing_until_they_are_used() -> None:
    executor = make_executor()
    await executor.close()
