"""What all tests share: real stores, four people, and the product's own processes where a test asks for them."""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from hypothesis import settings as hypothesis_settings

from graphapp.accounts.models import User
from graphapp.accounts.services import api_key_issue
from tests.real.processes import PROMPT, Web, Worker
from tests.real.servers import Servers, point_django_at, running_servers

hypothesis_settings.register_profile("graphapp", deadline=None, derandomize=True, database=None)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "graphapp"))

NAMES = ("olga", "ed", "vic", "sam")
"""Olga owns, Ed edits, Vic views, Sam is a stranger."""
PASSWORD = "correct horse battery"

# --- Stores


@pytest.fixture(scope="session")
def services() -> Iterator[Servers]:
    """PostgreSQL and Redis for this session (with xdist: for this worker of it)."""
    with running_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: Servers) -> None:
    """Make the test database on the session's own server."""
    point_django_at(services)


@pytest.fixture
def redis_store(services: Servers) -> Iterator["redis.Redis"]:
    """The session's Redis."""
    store = redis.Redis.from_url(services.redis_url)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def tidy_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave nothing in Redis, and fail a test that leaves a key there for ever. The broker's bindings are Celery's own."""
    needs = {"db", "transactional_db", "services"} & set(request.fixturenames)
    if not needs and not request.node.get_closest_marker("django_db"):
        yield
        return
    store: redis.Redis = request.getfixturevalue("redis_store")
    yield
    left = [key for key in store.scan_iter() if not key.startswith((b"_kombu", b"graphapp:worker:"))]
    lasting = [key for key in left if key not in BROKER_KEYS and store.ttl(key) == -1]
    if left:
        store.delete(*left)
    assert not lasting, f"These keys would stay in Redis for ever: {lasting}"


BROKER_KEYS = {b"graphapp"}

# --- People


def person(name: str) -> User:
    """Make one of the four, or find them."""
    email = f"{name}@example.org"
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, PASSWORD, first_name=name.title(), is_owner=name == "olga")


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """All four."""
    return {name: person(name) for name in NAMES}


@pytest.fixture
def olga(db: None) -> User:
    """Olga owns what the tests make."""
    return person("olga")


@pytest.fixture
def ed(db: None) -> User:
    """Ed edits what he is let into."""
    return person("ed")


@pytest.fixture
def vic(db: None) -> User:
    """Vic views what he is let into."""
    return person("vic")


@pytest.fixture
def sam(db: None) -> User:
    """Sam is a stranger."""
    return person("sam")


# --- Processes

MakeWorker = Callable[..., Worker]


@pytest.fixture(scope="session")
def process_env(services: Servers, django_db_setup: None) -> Mapping[str, str]:
    """What a child process needs to work on the test's stores: the TEST database, and the same keys."""
    name = settings.DATABASES["default"]["NAME"]
    return {
        **PROMPT,
        "DATABASE_URL": services.database_url.replace("/graphapp?", f"/{name}?"),
        "REDIS_URL": services.redis_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "GRAPHAPP_CREDENTIAL_KEY": settings.GRAPHAPP_CREDENTIAL_KEY,
        "GRAPHAPP_DATA_DIR": str(services.data),
    }


@pytest.fixture
def make_worker(transactional_db: None, process_env: Mapping[str, str], tmp_path: Path) -> Iterator[MakeWorker]:
    """Start real workers on the test's stores; keywords are environment variables. All are stopped at the end."""
    made: list[Worker] = []
    numbers = itertools.count(1)

    def make(**env: str) -> Worker:
        worker = Worker({**process_env, **env}, tmp_path / f"worker{next(numbers)}.log")
        made.append(worker)
        worker.start()
        return worker

    yield make
    for worker in made:
        worker.stop()


@pytest.fixture
def real_worker(make_worker: MakeWorker) -> Worker:
    """One real worker: `.kill9()`, `.sigstop()`, `.sigcont()`, `.sigterm()`, `.restart()`, `.log`."""
    return make_worker()


IDLE_CONNECTIONS = 12
"""At least as many as the web process keeps after the tests."""


@dataclass(frozen=True, slots=True)
class Site:
    """The web process with the four people."""

    web: Web
    people: Mapping[str, User]

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.web.url

    @property
    def ws_url(self) -> str:
        """Where its sockets are."""
        return self.web.ws_url

    def cookies(self, name: str) -> dict[str, str]:
        """Give the cookies of a signed-in browser."""
        user = self.people[name]
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return {settings.SESSION_COOKIE_NAME: str(session.session_key)}

    def headers(self, name: str) -> dict[str, str]:
        """Give the headers of a script with a key."""
        return {"Authorization": f"Bearer {api_key_issue(user=self.people[name], name='test')}"}


@pytest.fixture(scope="session")
def web_process(process_env: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """One web process for the session; it holds nothing between requests."""
    web = Web(process_env, tmp_path_factory.mktemp("web") / "web.log")
    web.start()
    yield web
    web.stop()


@pytest.fixture
def live_web(transactional_db: None, web_process: Web, people: Mapping[str, User]) -> Site:
    """The web process on a free port, with olga, ed, vic and sam: `.url`, `.ws_url`, `.cookies(name)`, `.headers(name)`."""
    find_cut_connections(web_process)
    return Site(web_process, people)


def find_cut_connections(web: Web) -> None:
    """Let the web process notice which of its idle connections another test has cut: it uses them in turn."""
    good = 0
    for _ in range(100):
        good = 0 if "database" in httpx.get(f"{web.url}/readyz", timeout=30).json()["missing"] else good + 1
        if good == IDLE_CONNECTIONS:
            return
    raise AssertionError("The web process does not reach the database.")
