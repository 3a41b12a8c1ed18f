"""All places in which a secret could have been left: the database, values beside it, Redis, pages, and what is downloaded."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from django.apps import apps
from django.conf import settings
from django.test import Client

from runs.blobs import read_blob
from runs.models import Blob

PAGES = ("/", "/runs", "/approvals", "/failures", "/knowledge", "/settings", "/settings/models", "/spending")


def stored() -> str:
    """Read every column of every table that the product writes, and every large value, wherever it lies."""
    models = [model for label in ("accounts", "editor", "runs") for model in apps.get_app_config(label).get_models()]
    rows = [repr(row) for model in models for row in model._default_manager.values_list()]
    values = [json.dumps(read_blob(sha), ensure_ascii=False) for sha in Blob.objects.values_list("sha256", flat=True)]
    return "\n".join((*rows, *values))


def pages(browser: Client, *more: str) -> str:
    """Read the pages as a browser receives them."""
    answers = [browser.get(path) for path in (*PAGES, *more)]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(f"{dict(answer.headers)} {answer.content.decode()}" for answer in answers)


@contextmanager
def redis_heard() -> Iterator[list[str]]:
    """Hear every command that anybody sends to Redis; at the end what lies there is read as well."""
    client, heard = redis.Redis.from_url(settings.REDIS_URL, decode_responses=False), []
    over = threading.Event()
    with client.monitor() as monitor:

        def listen() -> None:
            while not over.is_set():
                heard.append(str(monitor.next_command()))

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        yield heard
        heard += [repr(_value(client, key)) for key in client.scan_iter()]
        over.set()
        client.ping()
        listener.join(10)
    client.close()


def _value(client: Any, key: bytes) -> Any:
    match client.type(key):
        case b"string":
            return key, client.get(key)
        case b"hash":
            return key, client.hgetall(key)
        case b"list":
            return key, client.lrange(key, 0, -1)
        case b"set":
            return key, client.smembers(key)
        case b"zset":
            return key, client.zrange(key, 0, -1, withscores=True)
        case _:
            return key, None
