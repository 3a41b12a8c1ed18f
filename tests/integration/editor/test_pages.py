"""The shell page: behind a sign-in, without inline script, and clear about a missing build."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from editor.templatetags import assets
from graphapp.accounts.models import User

pytestmark = pytest.mark.django_db

PAGES = ["/", f"/workflows/{'0' * 8}-0000-4000-8000-{'0' * 12}", "/runs", f"/runs/{'0' * 8}-0000-4000-8000-{'0' * 12}"]

MANIFEST = {
    "src/main.tsx": {
        "file": "assets/main-aaaaaaaa.js",
        "imports": ["_shared.js"],
        "dynamicImports": ["src/later.ts"],
        "css": ["assets/main-bbbbbbbb.css"],
    },
    "_shared.js": {"file": "assets/shared-cccccccc.js", "css": ["assets/shared-dddddddd.css"]},
    "src/later.ts": {"file": "assets/later-eeeeeeee.js"},
}


@pytest.fixture
def dist(tmp_path: Path, settings: object) -> Iterator[Path]:
    """A place for a build of its own."""
    folder = tmp_path / "frontend_static" / "dist"
    folder.mkdir(parents=True)
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    yield folder
    assets._read.cache_clear()


@pytest.fixture
def browser(client: Client, olga: User) -> Client:
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_the_shell_with_the_bundle(page: str, browser: Client, dist: Path) -> None:
    (dist / "manifest.json").write_text(json.dumps(MANIFEST))
    answer = browser.get(page)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'(?:src|href)="/static/([^"]+)"', html) == [
        "assets/main-bbbbbbbb.css",
        "assets/shared-dddddddd.css",
        "assets/shared-cccccccc.js",
        "assets/main-aaaaaaaa.js",
    ]


def test_the_shell_has_no_script_or_style_of_its_own(browser: Client, dist: Path) -> None:
    (dist / "manifest.json").write_text(json.dumps(MANIFEST))
    html = browser.get("/").content.decode()
    for tag in re.findall(r"<script[^>]*>", html):
        assert "src=" in tag
    assert "<style" not in html
    assert not re.search(r"\s(on\w+|style)=", html)


def test_the_shell_sets_the_csrf_cookie(browser: Client, dist: Path) -> None:
    (dist / "manifest.json").write_text(json.dumps(MANIFEST))
    assert browser.get("/").cookies["csrftoken"].value


@pytest.mark.parametrize("manifest", [None, "", "{", "[]", "{}", '{"src/main.tsx": {}}'])
def test_a_missing_or_broken_build_says_how_to_build(manifest: str | None, browser: Client, dist: Path) -> None:
    if manifest is not None:
        (dist / "manifest.json").write_text(manifest)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert b"npm run build" in answer.content


def test_a_new_build_is_seen_without_a_restart(browser: Client, dist: Path) -> None:
    assert browser.get("/").status_code == 503
    (dist / "manifest.json").write_text(json.dumps(MANIFEST))
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_a_sign_in(page: str, client: Client) -> None:
    answer = client.get(page)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_only_answers_reading(method: str, page: str, browser: Client) -> None:
    assert getattr(browser, method)(page).status_code == 405
