"""The node types of this installation, by a dotted path in the settings: the editor never imports them itself."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from editor.graph.catalogue import Catalogue


@lru_cache(maxsize=4)
def _load(path: str) -> Catalogue:
    found: Catalogue = import_string(path)()
    return found


def get_catalogue() -> Catalogue:
    """Give the catalogue, made once in a process."""
    return _load(settings.NODE_CATALOGUE)
