"""The cache keeps JSON only: what comes back from a store is data and never code."""

import json
from typing import Any


class JsonSerializer:
    """Django's cache serializer interface, without pickle."""

    def dumps(self, obj: Any) -> bytes:
        """Write a value; numbers stay plain so that Redis can count with them."""
        return json.dumps(obj).encode()

    def loads(self, data: bytes) -> Any:
        """Read a value."""
        return json.loads(data)
