"""Logging: one line an entry with the run, node and attempt it is about; secrets masked at the door."""

import json
import logging
import logging.config
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from editor.secrecy import MASK, SHORTEST_SECRET, forms, hide, hide_likely

ABOUT = ("run", "node", "attempt")
"""What a log call may pass in `extra`."""
ENVIRONMENT_SECRET = re.compile(r"(?i)(?:key|token|secret|password)$")


def mask(text: str) -> str:
    """Replace what looks like a secret, wholly.

    >>> mask("Authorization: Bearer abcdef123456")
    'Authorization: Bearer [hidden]'
    >>> mask("postgresql://me:hunter2@db/x")
    'postgresql://me:[hidden]@db/x'
    """
    text = hide(text)
    known = operators_secrets()
    if known is not None:
        text = known.sub(MASK, text)
    return hide_likely(text)


@cache
def operators_secrets() -> re.Pattern[str] | None:
    """Find the values of the environment that are secret by their name, in every form in which a text may hold them.

    A key of a vendor of its own may look like any other word, so its value is looked for and not its look.
    """
    values = {value for name, value in os.environ.items() if ENVIRONMENT_SECRET.search(name) and len(value) >= SHORTEST_SECRET}
    written = {form for value in values for form in forms(value)}
    return re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True)))) if written else None


class LineFormatter(logging.Formatter):
    """For people: time, level, logger, text, and what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one entry."""
        about = " ".join(f"{name}={getattr(record, name)}" for name in ABOUT if hasattr(record, name))
        text = super().format(record)
        return mask(f"{text} [{about}]" if about else text)


class JsonFormatter(logging.Formatter):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one entry."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(record.getMessage()),
            **{name: str(getattr(record, name)) for name in ABOUT if hasattr(record, name)},
        }
        if record.exc_info:
            entry["traceback"] = mask(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


class Expected(logging.Filter):
    """Leaves out the 503 that /readyz answers by design while something is still starting."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything else."""
        return not (record.name == "django.request" and record.args == ("Service Unavailable", "/readyz"))


def configure(config: Mapping[str, Any]) -> None:
    """Set up logging from the two values of settings.LOGGING."""
    line = {"()": LineFormatter, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    formatter = {"()": JsonFormatter} if config["json"] else line
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"entry": formatter},
            "filters": {"expected": {"()": Expected}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "entry", "filters": ["expected"]}},
            "root": {"handlers": ["stderr"], "level": config["level"]},
            "loggers": {name: {"level": "WARNING"} for name in QUIET},
        }
    )


QUIET = (
    "asyncio",
    "axes",
    "celery.app.trace",
    "celery.redirected",
    "celery.worker.strategy",
    "daphne",
    "django.channels.server",
    "httpcore",
    "httpx",
    "kombu",
    "LiteLLM",
)
"""Only their warnings are of interest: they would write some lines for every request and every run."""
