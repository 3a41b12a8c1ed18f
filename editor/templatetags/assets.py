"""The built front end's files, by Vite's manifest."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

ENTRY = "src/main.tsx"


class BundleMissing(Exception):
    """The front end has not been built, or not wholly."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the page has to load, in order."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


def manifest_path() -> Path:
    """Say where the build leaves its manifest."""
    return Path(settings.BASE_DIR) / "frontend_static" / "dist" / "manifest.json"


def bundle() -> Bundle:
    """Read what the entry needs. A new build is seen without a restart."""
    path = manifest_path()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleMissing(f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Bundle:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    chunks = _chunks(manifest, ENTRY)
    styles = dict.fromkeys(style for chunk in chunks for style in chunk.get("css", ()))
    return Bundle(
        script=manifest[ENTRY]["file"],
        styles=tuple(styles),
        preloads=tuple(chunk["file"] for chunk in chunks[1:]),
    )


def _chunks(manifest: dict[str, Any], entry: str) -> list[dict[str, Any]]:
    """Collect the entry and what it imports at once; what it imports on demand loads on demand."""
    found: dict[str, dict[str, Any]] = {}
    left = [entry]
    while left:
        name = left.pop(0)
        if name not in found:
            found[name] = manifest[name]
            left.extend(found[name].get("imports", ()))
    return list(found.values())


@register.simple_tag
def bundle_tags() -> SafeString:
    """Write the tags that load the bundle: styles first, so that nothing is seen unstyled."""
    found = bundle()
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="stylesheet" href="{}">', ((static(style),) for style in found.styles)),
        format_html_join("", '<link rel="modulepreload" href="{}">', ((static(file),) for file in found.preloads)),
        static(found.script),
    )
