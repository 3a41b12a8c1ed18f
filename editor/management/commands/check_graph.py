"""`manage.py check_graph FILE`: say what is wrong with a graph document, as JSON."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from editor.catalogue import get_catalogue
from editor.graph.limits import MAX_DOCUMENT_BYTES
from editor.graph.problems import Problem, has_errors
from editor.graph.upgrade import DocumentError, load_document
from editor.graph.validate import validate

MAX_FILE_BYTES = 4 * MAX_DOCUMENT_BYTES


class Command(BaseCommand):
    """Prints ``{"problems": [...]}``; exit code 1 if any is an error. Runs nothing and calls nothing."""

    help = "Print the problems of a graph document as JSON; exit with 1 if any is an error."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the graph document, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = check_file(options["file"])
        self.stdout.write(json.dumps({"problems": [problem.to_json() for problem in problems]}, indent=2))
        if has_errors(problems):
            raise SystemExit(1)


def check_file(path: Path) -> tuple[Problem, ...]:
    """Read and check a file; what cannot be read is a problem too."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return (_unreadable(f"{path} cannot be read: {error.strerror or error}."),)
    except ValueError as error:
        return (_unreadable(f"{str(path)!r} is not the name of a file: {error}."),)
    if len(content) > MAX_FILE_BYTES:
        message = f"{path} is larger than {MAX_FILE_BYTES // 1024 // 1024} MiB."
        return (Problem("document.too_large", "error", message, "Split it into several workflows."),)
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        return (Problem("document.too_large", "error", "The document is nested far too deeply.", "Make it flatter."),)
    except UnicodeDecodeError:
        return (_unreadable(f"{path} is not text in UTF-8."),)
    except ValueError as error:
        return (_unreadable(f"{path} is not JSON: {error}."),)
    return check_raw(raw)


def check_raw(raw: object) -> tuple[Problem, ...]:
    """Check what a file holds; what is no document is a problem too."""
    try:
        document = load_document(raw)
    except DocumentError as error:
        return error.problems
    return validate(document, get_catalogue())


def _unreadable(message: str) -> Problem:
    return Problem("document.malformed", "error", message, "Give a file that holds one graph document as JSON.")
