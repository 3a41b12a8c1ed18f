"""Readers of the environment take what is meant and refuse the rest in one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from graphapp.env import env_bool, env_float, env_int, env_list, env_secret, env_str, env_url, read_dotenv


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("TRUE", True), ("1", True), ("off", False), ("0", False), ("", True)]
)
def test_a_yes_or_no_is_read(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("SWITCH", text)
    assert env_bool("SWITCH", default=True) is value


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (lambda: env_bool("IT", default=False), "maybe"),
        (lambda: env_int("IT", 1), "1.5"),
        (lambda: env_int("IT", 1), "ten"),
        (lambda: env_int("IT", 1, least=1), "0"),
        (lambda: env_float("IT", 1.0), "soon"),
        (lambda: env_float("IT", 1.0), "-1"),
        (lambda: env_float("IT", 1.0), "nan"),
        (lambda: env_float("IT", 1.0), "inf"),
        (lambda: env_url("IT", "", schemes=("http", "https")), "ftp://host"),
        (lambda: env_url("IT", "", schemes=("http",)), "http://host:port"),
        (lambda: env_str("IT"), "one\nInjected: header"),
    ],
)
def test_nonsense_is_refused_with_the_settings_name(
    monkeypatch: pytest.MonkeyPatch, reader: Callable[[], Any], text: str
) -> None:
    monkeypatch.setenv("IT", text)
    with pytest.raises(ImproperlyConfigured, match="IT ") as refused:
        reader()
    assert len(str(refused.value).splitlines()) == 1


def test_a_list_drops_empty_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "a, ,b,")
    assert env_list("HOSTS") == ["a", "b"]


def test_a_secret_may_come_from_a_file_but_not_from_two_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hush\n")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "key"))
    assert env_secret("KEY") == "hush"
    monkeypatch.setenv("KEY", "other")
    with pytest.raises(ImproperlyConfigured, match="not both"):
        env_secret("KEY")
    monkeypatch.delenv("KEY")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "gone"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env_secret("KEY")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\nGA_ONE=file\nGA_TWO='quoted'\n\n")
    monkeypatch.setenv("GA_ONE", "environment")
    monkeypatch.setenv("GA_TWO", "")
    monkeypatch.delenv("GA_TWO")
    read_dotenv(file)
    assert (env_str("GA_ONE"), env_str("GA_TWO")) == ("environment", "quoted")
    monkeypatch.delenv("GA_TWO")
    file.write_text("not a setting\n")
    with pytest.raises(ImproperlyConfigured, match="line 1"):
        read_dotenv(file)
