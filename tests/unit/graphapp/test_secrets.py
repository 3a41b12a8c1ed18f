"""Keys are made once for development and asked for in a deployment."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from graphapp.secrets import new_key, secret


def test_a_development_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = secret("GA_TEST_KEY", data_dir=tmp_path, deployed=False, make=new_key)
    assert first == secret("GA_TEST_KEY", data_dir=tmp_path, deployed=False, make=new_key)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(first) > 60


def test_a_deployment_without_a_key_refuses_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set GA_TEST_KEY or GA_TEST_KEY_FILE"):
        secret("GA_TEST_KEY", data_dir=tmp_path, deployed=True, make=new_key)
    assert not list(tmp_path.iterdir())
