"""The obvious other design: one Celery task per node, chained through the broker, with results kept in Redis."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery, chain

REDIS = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/0")


def celery_url(url: str, db: int) -> str:
    """Give a Redis address in the form that Celery wants, for one numbered database."""
    if url.startswith("unix://"):
        return f"redis+socket://{url.removeprefix('unix://').split('?')[0]}?virtual_host={db}"
    return url.rsplit("/", 1)[0] + f"/{db}"


app = Celery("rival", broker=celery_url(REDIS, 8), backend=celery_url(REDIS, 9))
app.conf.update(task_serializer="json", result_serializer="json", accept_content=["json"], worker_hijack_root_logger=False)


@app.task(name="append")
def append(text: str) -> str:
    """Do what every bench node does: add a character."""
    return text + "x"


@contextmanager
def worker(redis_url: str) -> Iterator[None]:
    """Run a worker of two processes for as long as the block lasts."""
    app.conf.update(broker_url=celery_url(redis_url, 8), result_backend=celery_url(redis_url, 9))
    env = {**os.environ, "BENCH_REDIS_URL": redis_url}
    command = [sys.executable, "-m", "celery", "-A", "tests.bench.rival_celery", "worker", "-P", "prefork", "-c", "2"]
    quiet = ["-l", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    child = subprocess.Popen([*command, *quiet], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        append.delay("").get(timeout=30)
        yield
    finally:
        child.terminate()
        child.wait(timeout=20)


def chain_of(nodes: int) -> float:
    """Time one chain of that many tasks, in seconds."""
    began = time.perf_counter()
    work = chain(append.s(""), *[append.s() for _ in range(nodes - 1)])
    answer = work.apply_async().get(timeout=60)
    took = time.perf_counter() - began
    assert len(answer) == nodes
    return took
